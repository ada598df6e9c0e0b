"""From the answers as given to a sheet that can be scored, or to the one error that forbids it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ketaminder.outcomes.context import Context
from ketaminder.outcomes.scale import Answer, Items, Scale
from ketaminder.terms import quoted

OUT_OF_RANGE = "OUT_OF_RANGE"
NOT_INTEGER = "NOT_INTEGER"
UNKNOWN_ITEM = "UNKNOWN_ITEM"
BOTH_WEIGHTS = "BOTH_16A_16B"
NOT_APPLICABLE = "NA"


class AnswerError(ValueError):
    """An answer that forbids scoring: its code, its item, and the sentence for the reader."""

    def __init__(self, code: str, item: str, reason: str) -> None:
        self.code, self.item, self.reason = code, item, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The readable answers to one scale, in sheet order, the answered items only.

    `points` holds what each answer gives; `counted` only the points of items that belong to the total.
    """

    scale: Scale
    answers: Mapping[str, Answer]
    points: Mapping[str, int]
    counted: Mapping[str, int]
    missing: tuple[str, ...]
    context: Context

    def asked(self, block: Items) -> bool:
        return _asked(block, self.answers, self.context)


def read_sheet(scale: Scale, answers: Mapping[str, object], context: Context) -> Sheet:
    """The sheet that `answers` make.

    Raises:
        AnswerError: the first error, in the order unknown item, then sheet order, then two where one is allowed.
    """
    given = dict(_flat(scale, answers))
    for name, value in given.items():
        if scale.block(name) is None:
            raise AnswerError(UNKNOWN_ITEM, name, _unknown(scale, name, value))
    readable = {name: answer for block in scale.items for name, answer in _run(block, given, context)}
    for block in scale.items:
        _refuse_both(block, readable)
    points = {name: points for block in scale.items for name, points in _points(block, readable)}
    optional = {name for block in scale.items if not _counts(block, readable, context) for name in block.names}
    return Sheet(
        scale=scale,
        answers=readable,
        points=points,
        counted={name: value for name, value in points.items() if name not in optional},
        missing=tuple(_missing(scale, readable, context, answers)),
        context=context,
    )


def _run(block: Items, given: Mapping[str, object], context: Context) -> Iterator[tuple[str, Answer]]:
    """The answered items of one run, read."""
    for name in [name for name in given if block.has(name)] if block.open_ended else block.names:
        answer = _read(block, name, given.get(name), context)
        if answer is not None and answer != block.not_assessed:
            yield name, answer


def _points(block: Items, answers: Mapping[str, Answer]) -> Iterator[tuple[str, int]]:
    for name, answer in answers.items():
        points = block.points_of(answer) if block.has(name) else None
        if points is not None:
            yield name, points


def _counts(block: Items, answers: Mapping[str, Answer], context: Context) -> bool:
    return block.need != "none" and _asked(block, answers, context)


def _flat(scale: Scale, answers: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Answers by item name: the third entry of the list "fear" becomes the item "fear.3". Lists in sheet order."""
    arrays = [block.array for block in scale.items if block.array]
    for name in sorted(answers, key=lambda name: (arrays.index(name) if name in arrays else len(arrays), name)):
        value = answers[name]
        if name not in arrays:
            if name.rpartition(".")[0] in arrays:
                raise AnswerError(UNKNOWN_ITEM, name, _unknown(scale, name, value))
            yield name, value
        elif isinstance(value, list | tuple):
            yield from ((f"{name}.{place}", entry) for place, entry in enumerate(value, start=1))
        elif value is not None:
            raise AnswerError(NOT_INTEGER, name, f"Item {name}: got {quoted(value)}; required: a list of answers.")


def _unknown(scale: Scale, name: str, value: object) -> str:
    return (
        f"Item {name}: got {quoted(value)}; required: only items of {scale.id} ({', '.join(scale.names()) or 'none'})."
    )


def _read(block: Items, name: str, value: object, context: Context) -> Answer | None:
    """The answer, or None where it is missing."""
    if value is None or (isinstance(value, str) and value in block.words):
        return value
    bounds = block.bounds(context.get("coding"))
    if bounds is None:
        raise AnswerError(OUT_OF_RANGE, name, _refusal(block, name, value, bounds))
    if isinstance(value, bool) or not isinstance(value, int):
        raise AnswerError(NOT_INTEGER, name, _refusal(block, name, value, bounds))
    lowest, highest = bounds
    if value < lowest or (highest is not None and value > highest):
        raise AnswerError(OUT_OF_RANGE, name, _refusal(block, name, value, bounds))
    return value


def _refusal(block: Items, name: str, value: object, bounds: tuple[int, int | None] | None) -> str:
    required = [*(f'"{word}"' for word in block.words)]
    if bounds is not None:
        lowest, highest = bounds
        required.insert(0, f"a whole number of {lowest} or more" if highest is None else _from_to(lowest, highest))
    return f"Item {name}: got {quoted(value)}; required: {' or '.join(required)}."


def _from_to(lowest: int, highest: int) -> str:
    return f"a whole number from {lowest} to {highest}"


def _refuse_both(block: Items, answers: Mapping[str, Answer]) -> None:
    both = [name for name in block.names if name in answers]
    if block.need == "one" and len(both) > 1:
        given = " and ".join(f"{name} = {answers[name]}" for name in both)
        reason = f"Item 16: got {given}; required: one weight rating, by history (16a) or as measured (16b)."
        raise AnswerError(BOTH_WEIGHTS, "16", reason)


def _missing(
    scale: Scale, answers: Mapping[str, Answer], context: Context, given: Mapping[str, object]
) -> Iterator[str]:
    """The unanswered items, in sheet order; a group of which one answer is enough is one name, such as "6/7"."""
    for block in scale.items:
        if block.need == "none" or not _asked(block, answers, context):
            continue
        if block.open_ended:
            yield from () if given.get(block.array) is not None else (block.array,)
        elif block.need == "all":
            yield from (name for name in block.names if name not in answers)
        elif not any(name in answers for name in block.names):
            yield "/".join(block.names)


def _asked(block: Items, answers: Mapping[str, Answer], context: Context) -> bool:
    if block.asked_if and context.get(block.asked_if) is False:
        return False
    return all(answers.get(name) == word for name, word in block.asked_when.items())
