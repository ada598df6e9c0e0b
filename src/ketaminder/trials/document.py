"""A trial as a document (JSON) in, a `Study` out: what cannot be read is refused, what is missing assumed aloud."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ketaminder.terms import Refused
from ketaminder.trials.study import Asked, Given, Kind, Measured, Setting, Study
from ketaminder.trials.treatments import kind, number, sessions, short, unsaid, way, whole

MEASURED = {
    "absolute score": Measured.SCORE,
    "mean change from baseline": Measured.CHANGE,
    "least-squares mean change from baseline": Measured.CHANGE,
    "percent change from baseline": Measured.PERCENT,
    "difference versus comparator": Measured.DIFFERENCE,
    "rate difference versus comparator": Measured.RATE_DIFFERENCE,
    "rate only": Measured.RATE,
}


def study(document: object) -> Study:
    """The study that `document`, one trial's object, describes.

    Raises:
        Refused: it is no object, has no outcomes, or a number is not one.
    """
    if not isinstance(document, Mapping):
        raise Refused("trial", short(document), "one JSON object")
    id_ = document.get("id")
    if not isinstance(id_, str) or not id_:
        raise Refused("id", id_, "the name of the trial, text")
    outcomes = document.get("outcomes")
    if not isinstance(outcomes, list):
        raise Refused("outcomes", short(outcomes), "a list of rows")
    design = document.get("sim_design") or {}
    if not isinstance(design, Mapping):
        raise Refused("sim_design", short(design), "an object")
    population = {**_object(document, "population"), **_object(design, "population")}
    arms = _arms(document, design, population)
    reader = _Rows(document, design, population, arms)
    rows, refused = [], {}
    for place, row in enumerate(outcomes):
        if not isinstance(row, Mapping):
            raise Refused(f"outcomes[{place}]", short(row), "an object")
        try:
            rows.append(reader.row(place, row))
        except _Unclear as unclear:
            refused[place] = str(unclear)
    return Study(id_, _setting(document, design, population), arms, tuple(rows), refused, reader.means())


class _Unclear(Exception):
    """A row that cannot be followed, and why."""


def _object(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key) or {}
    if not isinstance(value, Mapping):
        raise Refused(key, short(value), "an object")
    return value


def _text(document: Mapping[str, Any], *keys: str) -> str:
    return " ".join(str(document.get(key) or "") for key in keys).lower()


def _setting(document: Mapping[str, Any], design: Mapping[str, Any], population: Mapping[str, Any]) -> Setting:
    words = _text(document, "design", "co_treatment", "indication", "indication_group", "schedule")
    drugs = " ".join(
        str(one.get("drug", "")) + " " + str(one.get("note", ""))
        for one in design.get("concomitant") or []
        if isinstance(one, Mapping)
    ).lower()
    people = [value for value in _object(document, "n_per_arm").values() if isinstance(value, int | float)]
    named = [one.get("n") for one in design.get("arms") or [] if isinstance(one, Mapping)]
    total = sum(n for n in named if isinstance(n, int | float)) or (max(people) if people else 0)
    return Setting(
        condition=_text(document, "indication", "indication_group"),
        open_label=bool(re.search(r"open|retrospective|naturalistic|chart|observational|single.arm", words))
        and not re.search(r"double-blind|triple", words),
        new_antidepressant=bool(
            re.search(r"newly|new (oral|ssri|antidep|dulox)|started|optimi[sz]ed", drugs + " " + words)
        )
        and not re.search(r"free|monotherapy", words),
        suicidal_crisis=population.get("suicidal") is True
        or bool(re.search(r"suicid(al|e) (ideation and intent|risk|attempt)|imminent", words)),
        bipolar=population.get("bipolar") is True or "bipolar depression" in words,
        anaesthetised=bool(re.search(r"general an(a)?esthesia", words + " " + drugs)),
        withdrawal=bool(re.search(r"withdrawal|discontinuation|relapse prevention", words)),
        crossover=bool(design.get("crossover")) or "crossover" in words,
        people=int(total) or None,
    )


def _arms(document: Mapping[str, Any], design: Mapping[str, Any], population: Mapping[str, Any]) -> dict[str, Given]:
    weight = (
        number(population.get("weight_kg"), "weight_kg")
        if not isinstance(population.get("weight_kg"), Mapping)
        else None
    )
    before = sessions(_object(design, "prior_exposure").get("treatments") or [], weight)
    ages = population.get("age_mean") or population.get("mean_age") or {}
    found = {}
    for arm in design.get("arms") or []:
        if not isinstance(arm, Mapping) or not isinstance(arm.get("id"), str):
            raise Refused("sim_design.arms", short(arm), "objects with an id")
        treatments = [one for one in arm.get("treatments") or [] if isinstance(one, Mapping)]
        age = ages.get(arm["id"], ages.get("all")) if isinstance(ages, Mapping) else ages
        if age is None and isinstance(ages, Mapping) and ages:
            age = next(iter(ages.values()))
        words = _text(document, "indication", "design")
        old = re.search(r"age (\d\d) and over|aged? 65|elderly|older adults|late-life", words)
        found[arm["id"]] = Given(
            arm["id"],
            kind(arm, treatments),
            way(treatments),
            sessions(treatments, weight),
            before,
            whole(arm.get("n")),
            number(age, "age_mean") or (70.0 if old else None),
            unsaid(treatments),
        )
    return found


class _Rows:
    """Reads rows beside the design that they belong to."""

    def __init__(
        self,
        document: Mapping[str, Any],
        design: Mapping[str, Any],
        population: Mapping[str, Any],
        arms: Mapping[str, Given],
    ) -> None:
        self.arms = arms
        self.labels = {str(k): str(v) for k, v in _object(design, "label_map").items() if v is not None}
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
        self.n = {str(k): whole(v) for k, v in _object(document, "n_per_arm").items()}
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
        if not differs and against is not None and measured is not Measured.OTHER:
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
            raise _Unclear(f"no arm of the design is called {label!r}")
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
            raise _Unclear("a difference needs a second arm, and the design has none")
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
