"""The rows of a trial's document: which arms, when, on what, and with what was observed where it was."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ketaminder.terms import Refused
from ketaminder.trials.study import PEOPLE, Asked, Effect, Given, Kind, Measured
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
DIFFERS = (Measured.DIFFERENCE, Measured.RATE_DIFFERENCE)
"""Values of two arms."""
COMPARES = (*DIFFERS, Measured.EFFECT, Measured.OTHER)
"""Values that two arms may share."""
KINDS = (
    (Effect.UNLIKE, r"hazard|correlation|^r2?$|nnt|number needed|i2|in words"),
    (Effect.ODDS, r"odds|^or$"),
    (Effect.RISK, r"risk|^rr$"),
    (Effect.STANDARDISED, r"^d\b|^d_|_d$|^g$|_g$|smd|standardi|cohen|hedges"),
)
"""How the keys of a row's effect size name it."""


Assumed = tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class _Arms:
    """The arm of a row, the one that it is compared with (None: with none), and what was assumed to find them."""

    arm: str
    against: str | None = None
    assumed: tuple[str, ...] = ()


class Reader:
    """Reads rows beside the design that they belong to."""

    def __init__(
        self,
        document: Mapping[str, Any],
        design: Mapping[str, Any],
        population: Mapping[str, Any],
        arms: Mapping[str, Given],
    ) -> None:
        self.arms = arms
        self.labels = _labels(design)
        self.contrasts = {
            str(one.get("label")): (one.get("first"), one.get("second")) for one in _objects(design.get("contrasts"))
        }
        self.baselines = [*_objects(design.get("baseline")), *_objects(population.get("baseline"))]
        self.n = {str(k): whole(v) for k, v in part(document, "n_per_arm").items()}
        self.began = {
            (str(one.get("instrument")), self._named(one.get("arm")) or one.get("arm")): one
            for one in _objects(document["outcomes"])
            if one.get("timepoint_hours") == 0
            and one.get("mean") is not None
            and one.get("value_type") == "absolute score"
        }

    def row(self, place: int, row: Mapping[str, Any]) -> Asked:
        """The row at `place` of the document's outcomes.

        Raises:
            Unclear: the design has no arm that the row can stand for.
            Refused: a number is not one.
        """
        name, label = str(row.get("instrument") or ""), str(row.get("arm") or "")
        measured = MEASURED.get(str(row.get("value_type")), Measured.OTHER)
        who = self._of(label, measured)
        hour, of_hour = self._hour(row, who.arm)
        n, of_n = self._people(row, who.arm)
        baseline, baseline_sd = self._baseline(name, label, who.arm)
        sd, given = number(row.get("sd"), "sd"), row.get("effect_size")
        effect, effect_se = _effect(given)
        se = _standard_error(number(row.get("se"), "se"), row.get("ci"))
        return Asked(
            number=place,
            instrument=name,
            label=label.lower(),
            arm=who.arm,
            against=who.against,
            time_h=hour,
            measured=measured,
            baseline=baseline,
            baseline_sd=baseline_sd,
            n=n,
            n_against=self._size(who.against)[0] if who.against else None,
            rate_n=whole(row.get("rate_n")) or n,
            mean=number(row.get("mean"), "mean"),
            se=_of_sd(sd, n, measured) if se is None else se,
            sd=sd,
            response_rate=number(row.get("response_rate"), "response_rate"),
            remission_rate=number(row.get("remission_rate"), "remission_rate"),
            effect=effect,
            effect_se=effect_se,
            effect_kind=_kind(given, name, label),
            favours_above_zero=_favours(given) == "positive",
            asks=frozenset(str(one) for one in row.get("asks") or ()),
            assumed=(*who.assumed, *of_hour, *of_n, *self.arms[who.arm].assumed),
        )

    def means(self) -> dict[str, float]:
        """The mean baseline by instrument."""
        found: dict[str, list[float]] = {}
        for one in (*self.baselines, *self.began.values()):
            value = number(one.get("mean"), "baseline")
            if value is not None:
                found.setdefault(str(one.get("instrument")), []).append(value)
        return {name: sum(values) / len(values) for name, values in found.items()}

    def _of(self, label: str, measured: Measured) -> _Arms:
        """Whom a row speaks of; a difference without a second arm is one from the control."""
        found = self._compared(label)
        if measured in DIFFERS and found.against is None:
            control = self._control(found.arm)
            return _Arms(found.arm, control, (*found.assumed, f"compared with the arm {control!r}"))
        return found if measured in COMPARES else replace(found, against=None)

    def _compared(self, label: str) -> _Arms:
        """By a contrast of that label, by an arm's name, by two names, by a name within, else the treated arm."""
        for labels in (self.contrasts.get(label, ()), (label,), re.split(r" minus | vs\.? | versus ", label)):
            named = [arm for arm in map(self._named, labels) if arm]
            if len(named) == len(labels) in (1, 2):
                return _Arms(named[0], named[1] if len(named) == 2 else None)
        held = [id_ for id_ in self.arms if id_.lower() in label.lower()]
        treated = [id_ for id_, one in self.arms.items() if one.kind is Kind.KETAMINE]
        if not held and not treated:
            raise Unclear(f"no arm of the design is called {label!r}")
        arm = max(held, key=len) if held else treated[0]
        return _Arms(arm, None, (f"people of {label!r}: read as the arm {arm!r}",))

    def _named(self, label: object) -> str | None:
        if label in self.arms:
            return str(label)
        mapped = self.labels.get(str(label))
        return mapped if mapped in self.arms else None

    def _control(self, arm: str) -> str:
        others = [id_ for id_, one in self.arms.items() if id_ != arm]
        controls = [id_ for id_ in others if self.arms[id_].kind is not Kind.KETAMINE] or others
        if not controls:
            raise Unclear("a difference needs a second arm, and the design has none")
        return controls[0]

    def _hour(self, row: Mapping[str, Any], arm: str) -> tuple[float, Assumed]:
        """Hours from time zero; without one, a day after the last dose."""
        hour = number(row.get("timepoint_hours"), "timepoint_hours")
        if hour is not None:
            return hour, ()
        late = self._late(arm)
        return late, (f"time not stated: {late:g} h, after the last dose",)

    def _late(self, arm: str) -> float:
        last = [one.doses[-1].hour for one in self.arms.values() if one.doses]
        mine = self.arms[arm].doses
        return (mine[-1].hour if mine else max(last, default=0.0)) + 24.0

    def _baseline(self, instrument: str, label: str, arm: str) -> tuple[float | None, float | None]:
        """Mean and standard deviation with which the people of a row began."""
        mine = [one for one in self.baselines if _same(str(one.get("instrument")), instrument)]
        named = [
            one
            for wanted in (label, arm, "all")
            for one in mine
            if one.get("arm") == wanted or self._named(one.get("arm")) == wanted
        ]
        began = [self.began[key] for key in ((instrument, label), (instrument, arm)) if key in self.began]
        first = next(iter([*named, *began, *mine]), {})
        return number(first.get("mean"), "baseline"), number(first.get("sd"), "baseline sd")

    def _people(self, row: Mapping[str, Any], arm: str) -> tuple[int, Assumed]:
        n = whole(row.get("n"))
        return (n, ()) if n else self._size(arm)

    def _size(self, arm: str) -> tuple[int, Assumed]:
        """The people of an arm: as stated, else an equal share of the largest number that is, else `PEOPLE`."""
        n = self.arms[arm].n or self.n.get(arm)
        if n:
            return n, (f"n not stated: {n}, those of the arm",)
        most = max((one for one in self.n.values() if one), default=0)
        if most:
            shared = max(1, round(most / max(1, len(self.arms))))
            return shared, (f"n not stated: {shared}, an equal share of {most}",)
        return PEOPLE, (f"n not stated anywhere: {PEOPLE}",)


def _objects(given: object) -> list[Mapping[str, Any]]:
    """The objects of a list; none of anything else."""
    return [one for one in given or () if isinstance(one, Mapping)] if isinstance(given, list) else []


def _labels(design: Mapping[str, Any]) -> dict[str, str]:
    """The arm that each label of a row means: by the design's map, else by the labels that an arm lists."""
    found = {str(k): str(v) for k, v in part(design, "label_map").items() if v is not None}
    for arm in design.get("arms") or []:
        for label in arm.get("outcome_labels") or []:
            found.setdefault(str(label), arm["id"])
    return found


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
    error = _standard_error(None, ci)
    if value is None or error is None:
        return None, None
    return (value if given["favours_first_when"] == "positive" else -value), error


def _standard_error(se: float | None, ci: object) -> float | None:
    """As stated, else by a 95% interval; None without either."""
    if se:
        return se
    if isinstance(ci, list) and len(ci) == 2 and all(isinstance(one, int | float) for one in ci):
        return abs(float(ci[1]) - float(ci[0])) / (2 * 1.96)
    return None


def _of_sd(sd: float | None, n: int | None, measured: Measured) -> float | None:
    """The standard error of one arm's mean by how people spread; of a difference it says nothing."""
    return sd / math.sqrt(n) if sd and n and measured not in DIFFERS else None
