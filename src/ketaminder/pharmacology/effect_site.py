"""Effect sites: places that follow S-ketamine in arterial plasma with a delay, as published.

A link is data: the half-life with which the effect follows plasma and, where it was estimated, the concentration at
half of the effect. It was estimated on arterial plasma, so only a model of arterial plasma carries it here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ketaminder.pharmacology import molar_mass
from ketaminder.pharmacology.kinetics import Exposure, exposures
from ketaminder.pharmacology.model import Enantiomer, Lag, Model, Output, Parameter
from ketaminder.pharmacology.population import typical_person
from ketaminder.pharmacology.question import Scenario, claimants, standing_in
from ketaminder.pharmacology.validity import Sampling
from ketaminder.terms import Citation, Dose, Grade, Patient, Refused, Source

ANALYTE, PLACE, RATE = "esketamine", "effect site", "ke0"
AT_THE_SITE = f"{ANALYTE} at the effect site"


@dataclass(frozen=True, slots=True)
class EffectSite:
    """One published link: what was measured, its half-life (min), and the concentration at half effect (nmol/mL)."""

    id: str
    endpoint: str
    half_life: Parameter
    half_effect: Parameter | None = None

    @property
    def rate_per_h(self) -> float:
        """The rate at which the site follows plasma, ke0."""
        return 60 * math.log(2) / self.half_life.value

    @property
    def half_effect_ng_per_mL(self) -> float | None:
        """The concentration at half effect in the unit of the curves."""
        return None if self.half_effect is None else self.half_effect.value * molar_mass.KETAMINE


OLOFSEN_2022 = Source(
    id="olofsen-2022",
    citation=(
        "Olofsen E, Kamp J, Henthorn TK, van Velzen M, Niesters M, Sarton E, Dahan A. Ketamine psychedelic and "
        "antinociceptive effects are connected. Anesthesiology 2022."
    ),
    year=2022,
    kind="paper",
)
OLOFSEN_2012 = Source(
    id="olofsen-2012",
    citation=(
        "Olofsen E, Noppers I, Niesters M, Kharasch E, Aarts L, Sarton E, Dahan A. Estimation of the contribution of "
        "norketamine to ketamine-induced acute pain relief and neurocognitive impairment in healthy volunteers. "
        "Anesthesiology 2012;117(2):353-364."
    ),
    year=2012,
    kind="paper",
)
ABSTRACT_2022 = Citation(OLOFSEN_2022, "abstract", Grade.SOURCE)
ABSTRACT_2012 = Citation(OLOFSEN_2012, "abstract", Grade.SOURCE)

LINKS = (
    EffectSite(
        "olofsen-2022",
        "altered perception of the outside world, and pressure pain",
        Parameter(
            "half_life", 8.3, "min", "half-life between blood and effect", ABSTRACT_2022, "95% CI 5.1-13.0, n = 17"
        ),
        Parameter(
            "half_effect",
            0.51,
            "nmol/mL",
            "S-ketamine at half of the effect, the same for both",
            ABSTRACT_2022,
            "95% CI 0.38-0.66; R-ketamine does not contribute",
        ),
    ),
    EffectSite(
        "olofsen-2012",
        "experimental pain",
        Parameter(
            "half_life",
            11.8,
            "min",
            "half-life between blood and effect",
            ABSTRACT_2012,
            "the longest of its endpoints: none for cognitive flexibility, 6.1 on average",
        ),
    ),
)


def linked(model: Model, site: EffectSite) -> Model:
    """`model` with `site` following its S-ketamine, reported as `AT_THE_SITE`.

    Raises:
        Refused: it does not claim to know arterial plasma.
    """
    plasma = model.structure.outputs["ketamine"]
    if all(claim.sampling is not Sampling.ARTERIAL for claim in model.validity.claims):
        raise Refused("effect site", model.title, "a model of arterial plasma, on which the link was estimated")
    rate = replace(site.half_life, name=RATE, value=site.rate_per_h, unit="1/h", note="ln 2 over the half-life")
    outputs = {**model.structure.outputs, PLACE: Output(PLACE, plasma.volume)}
    lags = (*model.structure.lags, Lag(PLACE, plasma.compartment, RATE))
    return replace(
        model,
        structure=replace(model.structure, outputs=outputs, lags=lags),
        parameters=(*model.parameters, rate),
        enantiomers={drug: tuple(map(_named, group)) for drug, group in model.enantiomers.items()},
    )


def _named(one: Enantiomer) -> Enantiomer:
    return replace(one, names={**one.names, PLACE: f"{one.names['ketamine']} at the effect site"})


@dataclass(frozen=True, slots=True)
class AtTheSite:
    """The typical person's S-ketamine at one effect site, and the model of arterial plasma that carries it."""

    site: EffectSite
    model: Model
    exposure: Exposure

    @property
    def of_half_effect(self) -> float | None:
        """The peak at the site over the concentration at half effect."""
        half = self.site.half_effect_ng_per_mL
        return None if half is None else self.exposure.cmax_ng_per_mL / half


def effect_sites(scenario: Scenario) -> tuple[AtTheSite, ...]:
    """What every link says of the scenario, on the first model of arterial plasma; empty where none claims it.

    Raises:
        Refused: no model claims the drug by this route, or a dose or covariate cannot be read.
    """
    (model, claim), *_ = claimants(scenario.drug, scenario.route, Sampling.ARTERIAL, boluses=scenario.boluses)
    if claim.sampling is not Sampling.ARTERIAL:
        return ()
    patient, _ = standing_in(model, scenario.patient)
    return tuple(AtTheSite(site, model, at_the_site(model, site, patient, scenario.doses)) for site in LINKS)


def at_the_site(model: Model, site: EffectSite, patient: Patient, doses: Sequence[Dose]) -> Exposure:
    """The typical person's S-ketamine at `site` in the first 24 h, as `linked` carries it."""
    carrying = linked(model, site)
    return exposures(carrying, typical_person(carrying, patient), doses)[AT_THE_SITE]
