"""A scenario as it was understood: what was given, what stands in for the rest, and whom the virtual people are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from ketaminder.cli.documents import Document, rounded
from ketaminder.cli.scenario import Asked
from ketaminder.pharmacology.adults import People
from ketaminder.pharmacology.model import Array, Model
from ketaminder.pharmacology.population import covariates
from ketaminder.pharmacology.question import Answer
from ketaminder.terms import Message, Route, Sex

QUANTILES = (0.05, 0.5, 0.95)


def scenario_document(asked: Asked, first: Answer) -> Document:
    """Every field as it was followed. A covariate that was not given and that the model does not read is null."""
    scenario, patient = asked.scenario, first.patient
    read, _ = covariates(first.model, patient)
    used = {name: getattr(read, name) for name in first.model.covariates}
    return {
        "drug": scenario.drug,
        "route": scenario.route,
        "dose_mg": asked.dose_mg,
        "duration_min": rounded(60 * scenario.doses[0].duration_h) if scenario.route is Route.INTRAVENOUS else None,
        "repeat": list(asked.starts_h),
        "administrations": [
            {"time_h": rounded(dose.time_h), "dose_mg": dose.amount_mg, "duration_min": rounded(60 * dose.duration_h)}
            for dose in scenario.doses
        ],
        **{name: used.get(name, getattr(patient, name)) for name in ("age_years", "weight_kg", "sex", "ancestry")},
        "sampling": first.claim.sampling,
        "population": asked.population,
        "population_of": asked.adults and asked.adults.id,
        "measured": [
            {"time_h": one.time_h, "age_years": one.age_years, "weight_kg": one.weight_kg} for one in scenario.changes
        ],
        "influences": sorted({one.effect.influence for one in asked.influences}),
        "acute": asked.acute,
    }


def not_given(asked: Asked, model: Model, people: int) -> Iterator[Message]:
    """What was not given and is not assumed of anybody either, said so that nothing stays silent.

    `people` is how many a drawing or a table rests on.
    """
    patient = asked.scenario.patient
    for name, label in (("age_years", "Age"), ("weight_kg", "Body weight"), ("sex", "Sex"), ("ancestry", "Ancestry")):
        if getattr(patient, name) is None and name not in model.covariates:
            yield Message("{label} is not given: {model} does not read it.", label=label, model=model.title)
    if asked.starts_h == (0.0,):
        yield Message("No repeat is given: one dose, at 0 h.")
    else:
        yield Message("The first dose is at 0 h, whether or not repeat names it.")
    if asked.population is None and people > 1:
        yield Message("No population is given: the file shows the bands of {people} virtual people.", people=people)
    elif asked.population is None:
        yield Message("No population is given: the typical person alone, no bands.")
    elif asked.adults is None and model.variability:
        yield Message("Virtual people share this person's covariates: no population_of is given.")


def covariates_document(asked: Asked, people: People | None) -> Document:
    """Whom the virtual people are: nothing where all of them have the covariates of the scenario."""
    if people is None or asked.adults is None:
        return {}
    return {
        "of": {
            "id": asked.adults.id,
            "title": asked.adults.title,
            "source": asked.adults.citation.source.citation,
            "locator": asked.adults.citation.locator,
            "grade": asked.adults.citation.grade,
        },
        "covariates": {
            "age_years": _spread(people.age_years),
            "weight_kg": _spread(people.weight_kg),
            "female": rounded(float(np.mean([one.sex is Sex.FEMALE for one in people.groups]))),
            "ancestry": dict(sorted(Counter(str(one.ancestry) for one in people.groups).items())),
        },
    }


def _spread(values: Array) -> Document:
    quantiles = np.quantile(values, QUANTILES)
    return {
        "mean": rounded(float(values.mean())),
        **{f"p{100 * share:02.0f}": rounded(float(one)) for share, one in zip(QUANTILES, quantiles, strict=True)},
    }
