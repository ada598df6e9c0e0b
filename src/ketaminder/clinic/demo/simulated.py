"""How invented people fare under a plan: each is one virtual patient of our own simulator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from ketaminder.clinic.demo.people import BIPOLAR, CRISIS, OCD, PTSD, SOCIAL, TRD
from ketaminder.evidence import Protocol
from ketaminder.terms import Indication
from ketaminder.trials import shipped
from ketaminder.trials.virtual import Run, design, run
from ketaminder.trials.virtual.following import is_response

SCALES = {TRD: "MADRS", CRISIS: "MADRS", BIPOLAR: "MADRS", OCD: "Y-BOCS", PTSD: "CAPS-5", SOCIAL: "LSAS"}
CONDITIONS = {
    TRD: "treatment-resistant depression",
    CRISIS: "treatment-resistant depression",
    BIPOLAR: "bipolar depression",
    OCD: "obsessive-compulsive disorder",
    PTSD: "post-traumatic stress disorder",
    SOCIAL: "social anxiety disorder",
}
DRUGS = {
    "esketamine_nasal": ("esketamine", "nasal"),
    "ketamine_iv": ("ketamine", "intravenous"),
    "ketamine_im": ("ketamine", "intramuscular"),
    "ketamine_sc": ("ketamine", "subcutaneous"),
}
MOST_TRIES = 200


@dataclass(frozen=True, slots=True)
class Fared:
    """Totals of a virtual patient: before the first session, and the day after each of the hours asked for."""

    scale: str
    baseline: int
    after: tuple[int, ...]
    responded: bool


def fared(
    indication: Indication, protocol: Protocol, baseline: int, days: Sequence[int], seed: int, *, responds: bool | None
) -> Fared:
    """The first virtual patient, of seeds from `seed` on, who begins at `baseline`.

    Args:
        indication: the condition.
        protocol: what is given; its lowest amount at every session, as the model of the mean effect takes it.
        baseline: total before the first session.
        days: days from the first session on which a dose is given.
        seed: where to begin to draw.
        responds: whether there must be a response after the last session; None takes whoever comes.
    """
    trial = design(_design(indication, protocol, baseline, days))
    for tried in count(seed):
        (followed,) = run(Run(trial, shipped(), tried, 1))
        scores = [int(points) for points in followed.scores[0]]
        responded = bool(is_response(trial, followed.baseline[0], followed.scores[0][-1]))
        if responds in (None, responded) or tried - seed >= MOST_TRIES:
            return Fared(SCALES[indication], int(followed.baseline[0]), tuple(scores), responded)
    raise AssertionError


def _design(indication: Indication, protocol: Protocol, baseline: int, days: Sequence[int]) -> str:
    drug, route = DRUGS[protocol.product]
    dose = protocol.doses[0]
    minutes = f", minutes = {dose.duration_min:g}" if dose.duration_min else ""
    given = f'drug = "{drug}", route = "{route}", dose = {dose.amount:g}, unit = "{dose.unit}"{minutes}'
    return f"""
id = "demonstration"
title = "One invented person"
condition = "{CONDITIONS[indication]}"
scale = "{SCALES[indication]}"
visits_h = {[24 * day + 24 for day in days]}
[baseline]
mean = {baseline}
sd = 0
lowest = {baseline}
[[arms]]
id = "drug"
n = 1
doses = [{{ {given}, hours = {[24 * day for day in days]} }}]
"""
