"""Which models answer a question, in which order, and what must be said beside each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketaminder.pharmacology.changing import Change, person, stretches
from ketaminder.pharmacology.kinetics import Exposure, bolus, exposures_of
from ketaminder.pharmacology.model import Model
from ketaminder.pharmacology.models import discover
from ketaminder.pharmacology.population import LABELS, covariates, outside_validity
from ketaminder.pharmacology.racemate import concerning
from ketaminder.pharmacology.validity import Claim, Sampling
from ketaminder.terms import Dose, Drug, Message, Patient, Refused, Route

LATEST_H = 24.0 * 365
DOSE_MG, AGE_YEARS, WEIGHT_KG, MINUTES = (0.001, 10_000.0), (0.01, 130.0), (1.0, 1000.0), (0.0, 60 * LATEST_H)
"""Bounds of what one run can compute; none of them is a limit of treatment."""

FROM_TWO_MINUTES = Message(
    "The peak of a bolus is given from 2 min after its end on: nobody whom we read sampled before, and no model here "
    "follows the first mixing with blood."
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Doses of one drug by one route in one person. Without a sampling site, that of the model asked first.

    `changes` are what was measured anew of the person during the course.
    """

    doses: tuple[Dose, ...]
    patient: Patient
    sampling: Sampling | None = None
    changes: tuple[Change, ...] = ()

    @property
    def drug(self) -> Drug:
        """The one drug of all doses."""
        return self.doses[0].drug

    @property
    def route(self) -> Route:
        """That of the first dose."""
        return self.doses[0].route

    @property
    def boluses(self) -> bool:
        """Whether every dose is a bolus."""
        return all(map(bolus, self.doses))

    @property
    def first_session(self) -> Scenario:
        """What is given within an hour of the first dose, counted from it."""
        start = min(dose.time_h for dose in self.doses)
        first = [dose for dose in self.doses if dose.time_h < start + 1]
        return replace(self, doses=tuple(replace(dose, time_h=dose.time_h - start) for dose in first), changes=())

    @property
    def first_total_mg(self) -> float:
        """What is given within an hour of the first dose: one session, infusion or film."""
        first = min(dose.time_h for dose in self.doses)
        return sum(dose.amount_mg for dose in self.doses if dose.time_h < first + 1)

    @property
    def most_in_a_day_mg(self) -> float:
        """The most that is given within any 24 hours, a dose exactly 24 h later not included."""
        given = sorted(self.doses, key=lambda dose: dose.time_h)
        starts, summed = [dose.time_h for dose in given], np.cumsum([0.0, *(dose.amount_mg for dose in given)])
        return float((summed[np.searchsorted(starts, np.array(starts) + 24.0)] - summed[:-1]).max())


@dataclass(frozen=True, slots=True)
class Answer:
    """What one model says of a scenario. `patient` is the scenario's, with stand-ins where the model needs them."""

    model: Model
    claim: Claim
    patient: Patient
    exposures: Mapping[str, Exposure]
    assumed: tuple[Message, ...]
    warnings: tuple[Message, ...]


def claimants(
    drug: Drug, route: Route, sampling: Sampling | None = None, *, boluses: bool = False
) -> tuple[tuple[Model, Claim], ...]:
    """The models that claim to answer for this drug, route and sampling site, in the order of their places.

    Where nobody claims the site that is asked for, those who claim the other; without a site, the site of the first.
    Of `boluses`, those with a place for them come first.

    Raises:
        Refused: no model claims the drug by this route.
    """
    claimed = [
        (model, claim)
        for model in discover()
        for claim in model.validity.claims
        if (claim.drug, claim.route) == (drug, route)
    ]
    if not claimed:
        raise Refused("route", str(route), f"a route by which a model of {drug} is known: {', '.join(_routes(drug))}")
    sites = {claim.sampling for _, claim in claimed}
    if sampling not in sites:
        sampling = min(claimed, key=lambda one: (one[1].place, one[1].sampling is not Sampling.VENOUS))[1].sampling
    return tuple(
        sorted((one for one in claimed if one[1].sampling is sampling), key=lambda one: _rank(one[1], boluses))
    )


def _rank(claim: Claim, boluses: bool) -> tuple[bool, int]:
    if boluses and claim.place_of_a_bolus is not None:
        return False, claim.place_of_a_bolus
    return boluses, claim.place


def _routes(drug: Drug) -> list[str]:
    return sorted({claim.route for model in discover() for claim in model.validity.claims if claim.drug is drug})


def answers(scenario: Scenario) -> tuple[Answer, ...]:
    """What every model that claims the question says of it, the default first.

    Raises:
        Refused: no model claims the question, or a dose or covariate cannot be read.
    """
    return tuple(answer(scenario, model, claim) for model, claim in _asked(scenario))


def _asked(scenario: Scenario) -> tuple[tuple[Model, Claim], ...]:
    return claimants(scenario.drug, scenario.route, scenario.sampling, boluses=scenario.boluses)


def answer(scenario: Scenario, model: Model, claim: Claim) -> Answer:
    """What one model says of the scenario, with all that stands beside it."""
    patient, stand_ins = standing_in(model, scenario.patient)
    _, assumed = covariates(model, patient)
    found = exposures_of(person(model, patient, scenario.changes, scenario.doses), scenario.doses)
    return Answer(
        model=model,
        claim=claim,
        patient=patient,
        exposures=found,
        assumed=(
            *_site_assumed(scenario, claim),
            *stand_ins,
            *assumed,
            *_unread(model, scenario),
            *concerning(scenario.drug, model.assumptions),
        ),
        warnings=(
            *_outside(scenario, model),
            *_about_the_question(scenario, model, claim),
            *concerning(scenario.drug, (conflict.text for conflict in model.conflicts)),
            *model.validity.not_for,
        ),
    )


def standing_in(model: Model, patient: Patient) -> tuple[Patient, tuple[Message, ...]]:
    """The person for whom the model is printed stands in where nothing is known of the person asked about."""
    unknown = {name: value for name, value in model.printed_for.items() if getattr(patient, name) is None}
    said = tuple(
        Message(
            "{label} is not given: {value:g} {unit} assumed, for which {model} is printed.",
            label=LABELS[name][0],
            value=value,
            unit=LABELS[name][1],
            model=model.title,
        )
        for name, value in unknown.items()
    )
    return replace(patient, **unknown), said  # type: ignore[arg-type]  # names come from the model as data


def _outside(scenario: Scenario, model: Model) -> tuple[Message, ...]:
    """What about the person, at any time of the course, lies outside what the model analysed."""
    everybody = [who for _, who in stretches(scenario.patient, scenario.changes)]
    return tuple(dict.fromkeys(said for who in everybody for said in outside_validity(model, who)))


def _unread(model: Model, scenario: Scenario) -> tuple[Message, ...]:
    labels = {**{name: label for name, (label, _) in LABELS.items()}, "sex": "Sex"}
    _, patient = stretches(scenario.patient, scenario.changes)[-1]
    return tuple(
        Message("{label} is given, and {model} does not read it.", label=label, model=model.title)
        for name, label in labels.items()
        if name not in model.covariates and getattr(patient, name) is not None
    )


def _site_assumed(scenario: Scenario, claim: Claim) -> tuple[Message, ...]:
    if scenario.sampling is not None:
        return ()
    return (Message("The sampling site is not given: {site} blood assumed.", site=claim.sampling),)


def _about_the_question(scenario: Scenario, model: Model, claim: Claim) -> tuple[Message, ...]:
    said = (
        claim.note,
        model.validity.by_route.get(scenario.route),
        claim.of_a_bolus if any(map(bolus, scenario.doses)) else None,
        FROM_TWO_MINUTES if any(map(bolus, scenario.doses)) else None,
        _other_site(scenario, claim),
        _other_dose(scenario, model, claim),
        _other_infusion(scenario, model, claim),
    )
    return tuple(message for message in said if message is not None)


def _other_site(scenario: Scenario, claim: Claim) -> Message | None:
    if scenario.sampling in (None, claim.sampling):
        return None
    return Message(
        "No model here answers for {asked} blood after {route} {drug}: this is {given} blood.",
        asked=scenario.sampling,
        route=scenario.route,
        drug=scenario.drug,
        given=claim.sampling,
    )


def _other_dose(scenario: Scenario, model: Model, claim: Claim) -> Message | None:
    total, most, analysed = scenario.first_total_mg, scenario.most_in_a_day_mg, claim.dose_mg
    if not analysed.stated:
        text = "A dose of {total:.4g} mg: which doses {model} analysed is {printed}."
    elif not analysed.low <= total <= analysed.high:
        text = "A dose of {total:.4g} mg is outside what {model} analysed ({printed}): extrapolated in proportion."
    elif most > analysed.high:
        text = "{most:.4g} mg within 24 h are outside what {model} analysed ({printed}): doses are added up."
    else:
        return None
    return Message(text, total=total, most=most, model=model.title, printed=analysed.printed)


def _other_infusion(scenario: Scenario, model: Model, claim: Claim) -> Message | None:
    analysed = claim.infusion_min
    minutes = [60 * dose.duration_h for dose in scenario.doses]
    if analysed is None or (analysed.stated and analysed.low <= min(minutes) <= max(minutes) <= analysed.high):
        return None
    text = "An infusion of {minutes:.4g} min is outside what {model} analysed ({printed})."
    if not analysed.stated:
        text = "An infusion of {minutes:.4g} min: which infusion times {model} analysed is {printed}."
    shown = min(minutes) if min(minutes) < analysed.low else max(minutes)
    return Message(text, minutes=shown, model=model.title, printed=analysed.printed)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far models disagree on one analyte: the largest over the smallest value. 1 is agreement."""

    models: int
    cmax_fold: float
    auc_24h_fold: float


def spread(given: Sequence[Answer]) -> dict[str, Spread]:
    """The spread of each analyte that at least two models report."""
    reported: dict[str, list[Exposure]] = {}
    for one in given:
        for name, exposure in one.exposures.items():
            reported.setdefault(name, []).append(exposure)
    return {name: _spread(several) for name, several in reported.items() if len(several) > 1}


def _spread(several: Sequence[Exposure]) -> Spread:
    peaks = [one.cmax_ng_per_mL for one in several]
    areas = [one.auc_24h_ng_h_per_mL for one in several]
    return Spread(len(several), max(peaks) / min(peaks), max(areas) / min(areas))
