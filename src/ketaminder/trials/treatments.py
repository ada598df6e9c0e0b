"""What the arms of a trial's document (JSON) are given: kind, route, doses and their hours."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ketaminder.terms import Drug, Refused, Route
from ketaminder.trials import doses
from ketaminder.trials.study import KG, Dose, Kind, Way

MOST_DOSES = 400
USUAL = {True: (56.0, "mg"), False: (0.5, "mg/kg")}
"""The dose where none is stated, by the nose and otherwise; the row says that it was assumed."""


def short(value: object) -> str:
    """A value as a message quotes it."""
    return repr(value)[:60]


def number(value: object, name: str) -> float | None:
    """A finite number or None.

    Raises:
        Refused: it is neither.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused(name, short(value), "a number or null")
    return float(value)


def unsaid(treatments: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What is assumed of doses that are not stated."""
    silent = [one for one in treatments if _is_ketamine(str(one.get("drug", ""))) and one.get("dose") is None]
    usual = {USUAL[way([one]) is Way.INTRANASAL] for one in silent}
    return tuple(f"dose not stated: {amount:g} {unit}" for amount, unit in sorted(usual))


def whole(value: object) -> int | None:
    """A count above zero; None of anything else."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None


def _is_ketamine(drug: str) -> bool:
    return "ketamin" in drug.lower()


def kind(arm: Mapping[str, Any], treatments: Sequence[Mapping[str, Any]]) -> Kind:
    """What an arm is, by its drugs, else by its name and role."""
    drugs = " ".join(str(one.get("drug", "")) for one in treatments).lower() or str(arm["id"]).lower()
    if _is_ketamine(drugs):
        return Kind.KETAMINE
    if re.search(r"\bect\b|electroconv", drugs):
        return Kind.ECT
    if re.search(r"midazolam|fentanyl|remifentanil|propofol|lorazepam|diphenhydramine", drugs):
        return Kind.PSYCHOACTIVE
    if re.search(r"placebo|saline|sham|none|no treatment", drugs):
        return Kind.PLACEBO
    return Kind.PLACEBO if arm.get("role") == "placebo" else Kind.ORAL


def way(treatments: Sequence[Mapping[str, Any]]) -> Way | None:
    """How the first of `treatments` enters; None where the document does not say."""
    route = next((str(one.get("route", "")).lower() for one in treatments), "")
    if re.search(r"nasal|spray", route):
        return Way.INTRANASAL
    if re.search(r"subcut|intramus|\bim\b|\bsc\b", route):
        return Way.INJECTED
    if re.search(r"oral|sublingual|buccal|tablet", route):
        return Way.SWALLOWED
    return Way.INTRAVENOUS if re.search(r"iv|ven", route) else None


def sessions(treatments: object, weight: float | None) -> tuple[Dose, ...]:
    """Every dose of ketamine or esketamine, by its hour.

    Raises:
        Refused: an amount, unit, duration or hour that is none.
    """
    found: list[Dose] = []
    for one in treatments if isinstance(treatments, list) else []:
        if not isinstance(one, Mapping) or not _is_ketamine(str(one.get("drug", ""))):
            continue
        drug, unit = str(one["drug"]).lower(), str(one.get("unit") or "mg")
        amount = number(one.get("dose"), "dose")
        if amount is None:
            amount, unit = USUAL[way([one]) is Way.INTRANASAL]
        if amount < 0:
            raise Refused("dose", amount, "an amount, not below zero, or null")
        if unit not in ("mg", "mg/kg"):
            raise Refused("unit", unit, "mg or mg/kg")
        agent = Drug.ESKETAMINE if "esketamine" in drug or "s-ketamine" in drug else Drug.KETAMINE
        like = doses.given(amount, unit, drug=agent, route=_route(one), weight_kg=weight or KG, minutes=_minutes(one))
        found += [replace(like, hour=hour) for hour in _hours(one)]
    return tuple(sorted(found))


def _route(treatment: Mapping[str, Any]) -> Route | None:
    """None for a tablet of extended release, which no model follows."""
    words = str(treatment.get("route", "")).lower()
    entered = way([treatment])
    if entered is Way.INJECTED:
        return Route.SUBCUTANEOUS if re.search(r"subcut|\bsc\b", words) else Route.INTRAMUSCULAR
    if entered is Way.SWALLOWED:
        if re.search(r"_er\b|extended|prolonged|\ber\b", words):
            return None
        return Route.SUBLINGUAL if re.search(r"sublingual|buccal", words) else Route.ORAL
    return Route.NASAL if entered is Way.INTRANASAL else Route.INTRAVENOUS


def _minutes(treatment: Mapping[str, Any]) -> float | None:
    hours = number(treatment.get("duration_h"), "duration_h")
    if hours is not None and hours < 0:
        raise Refused("duration_h", hours, "hours, none below zero, or null")
    return None if hours is None else 60 * hours


def _hours(treatment: Mapping[str, Any]) -> list[float]:
    times = treatment.get("times_h")
    if isinstance(times, list) and times:
        return [hour for hour in (number(one, "times_h") for one in times) if hour is not None]
    rule = treatment.get("rule") or treatment.get("times_rule") or {}
    if not isinstance(rule, Mapping):
        raise Refused("rule", short(rule), "an object")
    start, every = number(rule.get("start_h"), "start_h") or 0.0, number(rule.get("every_h"), "every_h")
    if not every or every <= 0:
        return [start]
    count = whole(rule.get("count")) or MOST_DOSES
    return [start + every * n for n in range(min(count, MOST_DOSES))]
