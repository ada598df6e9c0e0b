"""The warnings that a sheet raises: one short sentence a rule; its numbers stand in the scale's file.

A flag on a single item is raised on an incomplete sheet too. A flag on a total or on a pattern needs a complete sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ketaminder.outcomes import columbia
from ketaminder.outcomes.scale import Flag
from ketaminder.outcomes.sheet import Sheet

FlagRule = Callable[[Flag, Sheet, int | None], bool]


def raised(sheet: Sheet, total: int | None) -> tuple[Flag, ...]:
    """The flags that this sheet raises, sorted by name. `total` None: the sheet has no total."""
    flags = [flag for flag in sheet.scale.flags if FLAG_RULES[flag.rule](flag, sheet, total)]
    return tuple(sorted(flags, key=lambda flag: flag.name))


def _any_item(flag: Flag, sheet: Sheet, _: int | None) -> bool:
    """At least one of the named items, where answered, meets the criterion."""
    return any(_meets(flag, _number(sheet, name)) for name in flag.items if name in sheet.counted)


def _item_missing(flag: Flag, sheet: Sheet, _: int | None) -> bool:
    return any(name not in sheet.answers for name in flag.items)


def _total(flag: Flag, _: Sheet, total: int | None) -> bool:
    return total is not None and _meets(flag, total)


def _below_predose(_flag: Flag, sheet: Sheet, total: int | None) -> bool:
    predose = sheet.context["predose"]
    return total is not None and isinstance(predose, int) and total < predose


def _above_predose(flag: Flag, sheet: Sheet, total: int | None) -> bool:
    predose = sheet.context["predose"]
    return total is not None and isinstance(predose, int) and total > predose and _meets(flag, total)


def _phq_pattern(flag: Flag, sheet: Sheet, _: int | None) -> bool:
    """A core item is positive, and the number of positive items lies from `fewest` to `most`."""
    if sheet.missing:
        return False
    positive = {name for name, points in sheet.counted.items() if points >= _positive_from(flag, name)}
    return bool(positive & set(flag.items)) and flag.numbers["fewest"] <= len(positive) <= flag.numbers["most"]


def _positive_from(flag: Flag, name: str) -> int:
    return flag.numbers["item_9_from"] if name == "9" else flag.numbers["item_from"]


def _clusters(flag: Flag, sheet: Sheet, _: int | None) -> bool:
    """Every symptom cluster has as many positive items as its number asks."""
    if sheet.missing:
        return False
    return all(
        sum(sheet.points[name] >= flag.numbers["item_from"] for name in cluster.items) >= flag.numbers[cluster.name]
        for cluster in sheet.scale.subscales
    )


def _total_by_sex(flag: Flag, sheet: Sheet, total: int | None) -> bool:
    """The total reaches the cut for the person's sex; where the sex is not known, the lower cut."""
    cut = flag.numbers["male"] if sheet.context["sex"] == "male" else flag.numbers["female"]
    return total is not None and total >= cut


def _sex_unknown(_flag: Flag, sheet: Sheet, total: int | None) -> bool:
    return total is not None and sheet.context["sex"] not in ("male", "female")


def _only_first_item(flag: Flag, sheet: Sheet, total: int | None) -> bool:
    """There are points, and none of the named items gave any."""
    return bool(total) and not any(sheet.points[name] for name in flag.items)


def _high_risk(_flag: Flag, sheet: Sheet, _total: int | None) -> bool:
    return columbia.risk(sheet) == "high"


def _meets(flag: Flag, number: int) -> bool:
    return flag.criterion is not None and flag.criterion.met_by(number)


def _number(sheet: Sheet, name: str) -> int:
    """The answer as given where it is a number, else its points."""
    answer = sheet.answers[name]
    return answer if isinstance(answer, int) else sheet.points[name]


FLAG_RULES: Mapping[str, FlagRule] = {
    "any item": _any_item,
    "item missing": _item_missing,
    "total": _total,
    "total below pre-dose": _below_predose,
    "total above pre-dose": _above_predose,
    "pattern of positive items": _phq_pattern,
    "positive items in every cluster": _clusters,
    "total by sex": _total_by_sex,
    "sex unknown": _sex_unknown,
    "only the first item": _only_first_item,
    "high risk": _high_risk,
}
