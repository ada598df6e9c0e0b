"""What the clinic says beside the answers: pre-dose value, baseline, sex, policy. Refused where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ketaminder.outcomes.scale import ContextValue, Scale
from ketaminder.terms import Refused, Sex

Context = Mapping[str, ContextValue]


def read_context(scale: Scale, given: Mapping[str, object]) -> Context:
    """The context that `scale` reads, with its published defaults.

    Raises:
        Refused: a name that no scale reads, or a value that its scale cannot read. A name of another scale is left
            aside, so that one context may accompany several sheets.
    """
    for name in given:
        if name not in _READERS:
            raise Refused("context", name, f"one of {', '.join(sorted(_READERS))}")
    return {name: _READERS[name](scale, given.get(name)) for name in scale.context}


def _policy(scale: Scale, value: object) -> ContextValue:
    if value is None:
        return "strict"
    return _one_of(scale, "policy", value, ("strict", "prorate"))


def _sex(scale: Scale, value: object) -> ContextValue:
    return None if value is None else _one_of(scale, "sex", value, tuple(Sex))


def _coding(scale: Scale, value: object) -> ContextValue:
    return _one_of(scale, "coding", value, tuple(name for block in scale.items for name in block.codings))


def _one_of(scale: Scale, name: str, value: object, words: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in words:
        raise Refused(f"{scale.id}, context.{name}", value, f"one of {', '.join(words)}")
    return str(value)


def _earlier_total(name: str) -> Callable[[Scale, object], ContextValue]:
    def read(scale: Scale, value: object) -> ContextValue:
        if value is None or scale.total is None:
            return None
        lowest, highest = scale.total.lowest, scale.total.highest
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            required = f"an earlier total of this scale, a whole number from {lowest} to {highest}"
            raise Refused(f"{scale.id}, context.{name}", value, required)
        return value

    return read


def _yes_or_no(name: str, default: bool | None) -> Callable[[Scale, object], ContextValue]:
    def read(scale: Scale, value: object) -> ContextValue:
        if value is None:
            return default
        if not isinstance(value, bool):
            raise Refused(f"{scale.id}, context.{name}", value, "true or false")
        return value

    return read


_READERS: Mapping[str, Callable[[Scale, object], ContextValue]] = {
    "agoraphobia": _yes_or_no("agoraphobia", default=None),
    "baseline": _earlier_total("baseline"),
    "coding": _coding,
    "policy": _policy,
    "predose": _earlier_total("predose"),
    "sex": _sex,
    "work_applicable": _yes_or_no("work_applicable", default=True),
}
