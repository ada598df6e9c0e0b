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
TO_MG = {
    f"{name}{kg}{hour}": (factor, bool(hour), f"mg{kg}")
    for name, factor in (("mg", 1.0), ("micrograms", 1e-3), ("ug", 1e-3), ("mcg", 1e-3))
    for kg in ("", "/kg")
    for hour in ("", "/h")
}
"""Units of a dose: how many mg each is, whether it is a rate, and what it becomes; a rate runs for the duration, or an
hour."""


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
    usual = {_amount(one) for one in silent}
    return tuple(f"dose not stated: {amount:g} {unit}" for amount, unit in sorted(usual))


def _amount(treatment: Mapping[str, Any]) -> tuple[float, str]:
    """The amount and its unit, mg or mg/kg: as it is stated, else the middle of its range, else the usual one.

    Raises:
        Refused: an amount below zero, or a unit that is none.
    """
    amount, unit = number(treatment.get("dose"), "dose"), str(treatment.get("unit") or "mg")
    within = treatment.get("dose_range")
    if amount is None and isinstance(within, list) and len(within) == 2:
        amount = sum(number(one, "dose_range") or 0.0 for one in within) / 2
    if amount is None:
        return USUAL[way([treatment]) is Way.INTRANASAL]
    if amount < 0:
        raise Refused("dose", amount, "an amount, not below zero, or null")
    if unit not in TO_MG:
        raise Refused("unit", unit, "mg or mg/kg, micrograms, or one of them per hour")
    factor, per_hour, found = TO_MG[unit]
    hours = number(treatment.get("duration_h"), "duration_h") if per_hour else 1.0
    return amount * factor * (hours or 1.0), found


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
        drug, (amount, unit) = str(one["drug"]).lower(), _amount(one)
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
