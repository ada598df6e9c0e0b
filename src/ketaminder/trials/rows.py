"""The rows of a trial's document: which arms, when, on what, and with what was observed where it was."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ketaminder.terms import Refused
from ketaminder.trials.study import Asked, Effect, Given, Kind, Measured
from ketaminder.trials.treatments import number, short, whole

MEASURED = {
    "absolute score": Measured.SCORE,
    "mean change from baseline": Measured.CHANGE,
    "least-squares mean change from baseline": Measured.CHANGE,
    "percent change from baseline": Measured.PERCENT,
    "difference versus comparator": Measured.DIFFERENCE,
    "rate difference versus comparator": Measured.RATE_DIFFERENCE,
    "rate only": Measured.RATE,
    "effect size only": Measured.EFFECT,
}
COMPARES = (Measured.DIFFERENCE, Measured.RATE_DIFFERENCE, Measured.EFFECT, Measured.OTHER)
"""Values that two arms may share."""
KINDS = (
    (Effect.UNLIKE, r"hazard|correlation|^r2?$|nnt|number needed|i2|in words"),
    (Effect.ODDS, r"odds|^or$"),
    (Effect.RISK, r"risk|^rr$"),
    (Effect.STANDARDISED, r"^d\b|^d_|_d$|^g$|_g$|smd|standardi|cohen|hedges"),
)
"""How the keys of a row's effect size name it."""


class Unclear(Exception):
    """A row that cannot be followed, and why."""


def part(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object under `key`; empty where there is none.

    Raises:
        Refused: it is another thing.
    """
    value = document.get(key) or {}
    if not isinstance(value, Mapping):
        raise Refused(key, short(value), "an object")
    return value


class Rows:
    """Reads rows beside the design that they belong to."""

    def __init__(
        self,
        document: Mapping[str, Any],
        design: Mapping[str, Any],
        population: Mapping[str, Any],
        arms: Mapping[str, Given],
    ) -> None:
        self.arms = arms
        self.labels = {str(k): str(v) for k, v in part(design, "label_map").items() if v is not None}
        for arm in design.get("arms") or []:
            for label in arm.get("outcome_labels") or []:
                self.labels.setdefault(str(label), arm["id"])
        self.contrasts = {
            str(one.get("label")): (one.get("first"), one.get("second"))
            for one in design.get("contrasts") or []
            if isinstance(one, Mapping)
        }
        self.baselines = [
            one
            for source in (design.get("baseline"), population.get("baseline"))
            for one in (source or [])
            if isinstance(one, Mapping)
        ]
        self.n = {str(k): whole(v) for k, v in part(document, "n_per_arm").items()}
        self.began = {
            (str(one.get("instrument")), self._named(one.get("arm")) or one.get("arm")): one
            for one in document["outcomes"]
            if isinstance(one, Mapping)
            and one.get("timepoint_hours") == 0
            and one.get("mean") is not None
            and one.get("value_type") == "absolute score"
        }

    def row(self, place: int, row: Mapping[str, Any]) -> Asked:
        name, label = str(row.get("instrument") or ""), str(row.get("arm") or "")
        assumed: list[str] = []
        measured = MEASURED.get(str(row.get("value_type")), Measured.OTHER)
        arm, against = self._compared(label, assumed)
        differs = measured in (Measured.DIFFERENCE, Measured.RATE_DIFFERENCE)
        if differs and against is None:
            against = self._control(arm, assumed)
        if against is not None and measured not in COMPARES:
            against = None
        hour = number(row.get("timepoint_hours"), "timepoint_hours")
        if hour is None:
            hour = self._late(arm)
            assumed.append(f"time not stated: {hour:g} h, after the last dose")
        low_sd = self._baseline(name, label, arm)
        n = whole(row.get("n")) or self._size(arm, assumed)
        ci, effect = row.get("ci"), _effect(row.get("effect_size"))
        return Asked(
            number=place,
            instrument=name,
            label=label.lower(),
            arm=arm,
            against=against,
            time_h=hour,
            measured=measured,
            baseline=low_sd[0],
            baseline_sd=low_sd[1],
            n=n,
            n_against=self._size(against, []) if against else None,
            rate_n=whole(row.get("rate_n")) or n,
            mean=number(row.get("mean"), "mean"),
            se=_standard_error(number(row.get("se"), "se"), number(row.get("sd"), "sd"), ci, n, differs),
            sd=number(row.get("sd"), "sd"),
            response_rate=number(row.get("response_rate"), "response_rate"),
            remission_rate=number(row.get("remission_rate"), "remission_rate"),
            effect=effect[0],
            effect_se=effect[1],
            effect_kind=_kind(row.get("effect_size"), name, label),
            favours_above_zero=_favours(row.get("effect_size")) == "positive",
            asks=frozenset(str(one) for one in row.get("asks") or ()),
            assumed=(*assumed, *self.arms[arm].assumed),
        )

    def means(self) -> dict[str, float]:
        """The mean baseline by instrument."""
        found: dict[str, list[float]] = {}
        for one in (*self.baselines, *self.began.values()):
            value = number(one.get("mean"), "baseline")
            if value is not None:
                found.setdefault(str(one.get("instrument")), []).append(value)
        return {name: sum(values) / len(values) for name, values in found.items()}

    def _compared(self, label: str, assumed: list[str]) -> tuple[str, str | None]:
        if label in self.contrasts:
            first, second = (self._named(one) for one in self.contrasts[label])
            if first and second:
                return first, second
        arm = self._named(label)
        if arm:
            return arm, None
        parts = re.split(r" minus | vs\.? | versus ", label)
        if len(parts) == 2:
            first, second = self._named(parts[0]), self._named(parts[1])
            if first and second:
                return first, second
        held = [id_ for id_ in self.arms if id_.lower() in label.lower()]
        if held:
            longest = max(held, key=len)
            assumed.append(f"people of {label!r}: read as the arm {longest!r}")
            return longest, None
        treated = [id_ for id_, one in self.arms.items() if one.kind is Kind.KETAMINE]
        if not treated:
            raise Unclear(f"no arm of the design is called {label!r}")
        assumed.append(f"people of {label!r}: read as the arm {treated[0]!r}")
        return treated[0], None

    def _named(self, label: object) -> str | None:
        if label in self.arms:
            return str(label)
        mapped = self.labels.get(str(label))
        return mapped if mapped in self.arms else None

    def _control(self, arm: str, assumed: list[str]) -> str:
        others = [id_ for id_, one in self.arms.items() if id_ != arm]
        controls = [id_ for id_ in others if self.arms[id_].kind is not Kind.KETAMINE] or others
        if not controls:
            raise Unclear("a difference needs a second arm, and the design has none")
        assumed.append(f"compared with the arm {controls[0]!r}")
        return controls[0]

    def _late(self, arm: str) -> float:
        last = [one.doses[-1].hour for one in self.arms.values() if one.doses]
        mine = self.arms[arm].doses
        return (mine[-1].hour if mine else max(last, default=0.0)) + 24.0

    def _baseline(self, instrument: str, label: str, arm: str) -> tuple[float | None, float | None]:
        mine = [one for one in self.baselines if _same(str(one.get("instrument")), instrument)]
        for wanted in (label, arm, "all"):
            for one in mine:
                if one.get("arm") == wanted or self._named(one.get("arm")) == wanted:
                    return number(one.get("mean"), "baseline"), number(one.get("sd"), "baseline sd")
        began = self.began.get((instrument, label)) or self.began.get((instrument, arm))
        if began:
            return number(began.get("mean"), "baseline"), number(began.get("sd"), "baseline sd")
        if mine:
            return number(mine[0].get("mean"), "baseline"), number(mine[0].get("sd"), "baseline sd")
        return None, None

    def _size(self, arm: str | None, assumed: list[str]) -> int | None:
        if arm is None:
            return None
        n = self.arms[arm].n or self.n.get(arm)
        if n:
            assumed.append(f"n not stated: {n}, those of the arm")
            return n
        sizes = [one for one in self.n.values() if one]
        if sizes:
            shared = max(1, round(max(sizes) / max(1, len(self.arms))))
            assumed.append(f"n not stated: {shared}, an equal share of {max(sizes)}")
            return shared
        assumed.append("n not stated anywhere: 20")
        return 20


def _same(one: str, other: str) -> bool:
    def plain(name: str) -> str:
        return re.sub(r"\(.*?\)|[^a-z0-9]", "", re.split(r"<|>|,| response| remission", name.lower())[0])

    return plain(one) == plain(other) or plain(one).removesuffix("total") == plain(other).removesuffix("total")


def _favours(given: object) -> object:
    return given.get("favours_first_when") if isinstance(given, Mapping) else None


def _kind(given: object, instrument: str, label: str) -> Effect:
    """What an effect size is by its keys, whose values are not looked at; else by what is compared."""
    keys = [str(key).lower() for key in given] if isinstance(given, Mapping) else []
    for found, pattern in KINDS:
        if any(re.search(pattern, key) for key in keys):
            return found
    if re.search(r"correlat", f"{instrument} {label}".lower()):
        return Effect.UNLIKE
    rates = re.search(r"respon|remi(ssion|tt)", instrument.lower())
    return Effect.ODDS if rates else Effect.STANDARDISED


def _effect(given: object) -> tuple[float | None, float | None]:
    """A standardised difference that favours the first arm above zero, and its error; none without its interval."""
    if not isinstance(given, Mapping) or given.get("favours_first_when") not in ("positive", "negative"):
        return None, None
    value, ci = number(given.get("d"), "d"), given.get("ci")
    error = _standard_error(None, None, ci, None, True)
    if value is None or error is None:
        return None, None
    return (value if given["favours_first_when"] == "positive" else -value), error


def _standard_error(se: float | None, sd: float | None, ci: object, n: int | None, differs: bool) -> float | None:
    if se:
        return se
    if isinstance(ci, list) and len(ci) == 2 and all(isinstance(one, int | float) for one in ci):
        return abs(float(ci[1]) - float(ci[0])) / (2 * 1.96)
    return sd / math.sqrt(n) if sd and n and not differs else None
