"""What the answer would be if what is missing were known and spoke against nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

from ketaminder.evidence import Variable
from ketaminder.rules.answers import Answer, answer_of, asks, strongest
from ketaminder.rules.conditions import plain
from ketaminder.rules.derive import situation_of
from ketaminder.rules.situation import Situation
from ketaminder.terms import Fact, IfKnown, Message, MissingItem, Result, Value

MEDICINES = "current_medications"
DERIVED_FROM = frozenset(
    {MEDICINES, "pregnancy_test", "days_since_cardiovascular_event", "months_since_mi_ua_revascularisation"}
)
"""What other facts follow from; all else that can be missing stands by itself."""

Assumed = Mapping[str, Value | None]
"""Variable -> the value that speaks against nothing; None, that it is known not to apply."""


def each_if_known(situation: Situation, answers: list[Answer], items: Iterable[MissingItem]) -> tuple[MissingItem, ...]:
    """`items`, each with what the answer would be with it; what is recorded in one act (both pressures) is one."""
    items = tuple(items)
    together: dict[Message, list[str]] = {}
    for item in items:
        together.setdefault(item.ask, []).append(item.variable)
    deciding = _deciding(answers)
    known = {ask: _if_known(situation, deciding, names) for ask, names in together.items()}
    return tuple(replace(item, if_known=known[item.ask]) for item in items)


def _if_known(situation: Situation, answers: list[Answer], names: Iterable[str]) -> IfKnown | None:
    """None where no value can honestly be called unremarkable: an age, a region, earlier treatments."""
    assumed = _assumed(situation, answers, names)
    if assumed is None:
        return None
    _, then = _with(situation, answers, assumed)
    result = strongest(situation, then)
    return IfKnown(result, _said(situation, assumed, result))


def if_all_known(situation: Situation, answers: list[Answer], items: Iterable[MissingItem]) -> IfKnown | None:
    """The answer with everything missing known; None where nothing is missing or one thing cannot be assumed."""
    missing, answers = [item.variable for item in items], _deciding(answers)
    if not missing:
        return None
    known: set[str] = set()
    while missing:
        assumed = _assumed(situation, answers, missing)
        if assumed is None or known.issuperset(missing):
            return None
        known.update(missing)
        situation, answers = _with(situation, answers, assumed)
        missing = list(asks(situation, answers, "assessment"))
    result = strongest(situation, answers)
    said = Message("If everything missing is recorded and speaks against nothing: {result}.", result=result)
    return IfKnown(result, said)


def _deciding(answers: Iterable[Answer]) -> list[Answer]:
    """Only these can change the answer: what fires or asks, and decides."""
    spoken = (one for one in answers if one.fires or one.unknown)
    return [one for one in spoken if one.strength.strength >= Result.PRECAUTIONS.strength]


def _with(situation: Situation, answers: list[Answer], assumed: Assumed) -> tuple[Situation, list[Answer]]:
    """The situation with `assumed` known, and the answers, asked again of the rules that had asked for it.

    Also of those that had asked for what follows from it: no event at all says that there was no infarction.
    """
    known = _known(situation, assumed)
    settled = assumed.keys() | (known.facts.keys() - situation.facts.keys())
    again = [
        answer_of(known, one.evidence, one.role) if not settled.isdisjoint(one.unknown) else one for one in answers
    ]
    return known, again


def _known(situation: Situation, assumed: Assumed) -> Situation:
    """The situation with `assumed` recorded, derived anew only where something follows from it."""
    case, facts = situation.case, {name: Fact(value) for name, value in assumed.items() if name != MEDICINES}
    medications = () if MEDICINES in assumed else case.medications
    recorded = replace(case, facts={**case.facts, **facts}, medications=medications)
    if DERIVED_FROM.isdisjoint(assumed):
        return replace(situation, case=recorded, facts={**situation.facts, **facts})
    return situation_of(recorded, situation.library)


def _assumed(situation: Situation, answers: list[Answer], names: Iterable[str]) -> Assumed | None:
    found: dict[str, Value | None] = {}
    for name in names:
        variable = situation.library.variables[name]
        if name == MEDICINES or variable.none_means:
            found[name] = None
        elif variable.unremarkable is not None:
            found[name] = variable.unremarkable
        elif variable.kind == "flag":
            found[name] = False
        elif (limit := _at_limit(variable, answers)) is not None:
            found[name] = limit
        else:
            return None
    return found


def _at_limit(variable: Variable, answers: Iterable[Answer]) -> float | None:
    """A limit of the rules that ask at which none of them fires: the guide itself, where it is printed as 'above'."""
    limits = [
        one.evidence[variable.name]
        for one in answers
        if variable.name in one.unknown and variable.name in one.evidence.criteria
    ]
    return next((one.value for one in limits if not any(other.met_by(one.value) for other in limits)), None)


def _said(situation: Situation, assumed: Assumed, result: Result) -> Message:
    variables = situation.library.variables
    values = [_value(variables[name], value) for name, value in assumed.items()]
    listed = reduce(lambda first, second: Message("{first} and {second}", first=first, second=second), values)
    return Message("If it is recorded as {value}, and nothing else changes: {result}.", value=listed, result=result)


def _value(variable: Variable, value: Value | None) -> Message:
    if value is None:
        return Message(variable.none_means) if variable.none_means else Message("no medicines")
    if isinstance(value, bool):
        return Message("documented") if value else Message("absent")
    if isinstance(value, str):
        return Message(value)
    return Message("{value} {unit}", value=plain(value), unit=variable.unit)
