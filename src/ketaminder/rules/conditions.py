"""Ways to write a rule that looks at one thing."""

from __future__ import annotations

from collections.abc import Mapping

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.rule import Fires, RuleFunction
from ketaminder.rules.situation import NotRecorded, Situation
from ketaminder.terms import Indication, Message, Phase


def present(variable: str, sentence: str) -> RuleFunction:
    """Fires where the flag `variable` is true; `{medicines}` in the sentence names the medicines behind it."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        if not situation.flag(variable):
            return None
        said = Message(sentence, medicines=situation.named(variable), statement=Message(evidence.statement))
        return Fires(said, (variable,))

    return judge


def any_present(sentences: Mapping[str, str]) -> RuleFunction:
    """Fires where one of the flags is true, with its sentence and all that are seen; `sentences` is flag -> sentence.

    Raises:
        NotRecorded: in judging, when none is true and not all are recorded.
    """

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        known = [name for name in sentences if situation.knows(name)]
        met = tuple(name for name in known if situation.flag(name))
        if not met and len(known) < len(sentences):
            raise NotRecorded(*(name for name in sentences if name not in known))
        return Fires(Message(sentences[met[0]], statement=Message(evidence.statement)), met) if met else None

    return judge


def absent(variable: str, sentence: str) -> RuleFunction:
    """Fires where the flag `variable` is known to be false."""

    def judge(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
        return None if situation.flag(variable) else Fires(Message(sentence), (variable,))

    return judge


def beyond(variable: str, sentence: str) -> RuleFunction:
    """Fires where `variable` stands to the criterion of the same name as printed; `{value}` and `{limit}` are shown."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        value, criterion = situation.number(variable), evidence[variable]
        if value is None or not criterion.met_by(value):
            return None
        said = Message(
            sentence, value=plain(value), limit=plain(criterion.value), statement=Message(evidence.statement)
        )
        return Fires(said, (variable,))

    return judge


def equal(variable: str, value: str, sentence: str) -> RuleFunction:
    """Fires where the code `variable` is `value`."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        said = Message(sentence, statement=Message(evidence.statement))
        return Fires(said, (variable,)) if situation.text(variable) == value else None

    return judge


def always(sentence: str = "{topic}: {statement}") -> RuleFunction:
    """Fires for every case that the rule's region and product cover; `{statement}` is the rule as published."""

    def judge(_situation: Situation, evidence: RuleEvidence) -> Fires | None:
        return Fires(Message(sentence, topic=Message(evidence.topic), statement=Message(evidence.statement)))

    return judge


def treating(*indications: Indication, then: RuleFunction) -> RuleFunction:
    """`then`, for these indications only."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        return then(situation, evidence) if situation.is_for(*indications) else None

    return judge


def in_phase(*phases: Phase, then: RuleFunction) -> RuleFunction:
    """`then`, in these phases of a course only."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        return then(situation, evidence) if situation.case.phase in phases else None

    return judge


def in_treatment(then: RuleFunction) -> RuleFunction:
    """`then`, for a patient whose course has begun."""
    return in_phase(Phase.INDUCTION, Phase.OPTIMISATION, Phase.MAINTENANCE, then=then)


def where_known(variable: str, then: RuleFunction) -> RuleFunction:
    """`then`, where `variable` is recorded; unknown, the rule is silent and asks for nothing."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        return then(situation, evidence) if situation.knows(variable) else None

    return judge


def after_dose(then: RuleFunction) -> RuleFunction:
    """`then`, for a patient who has been given a dose today."""
    return where_known("minutes_after_dose", then)


def crossed(situation: Situation, evidence: RuleEvidence, *variables: str) -> tuple[str, ...]:
    """Those of `variables` that stand to their criterion as printed.

    Raises:
        NotRecorded: none does, and not all are recorded.
    """
    known = [name for name in variables if situation.knows(name)]
    values = {name: situation.number(name) for name in known}
    met = tuple(name for name, value in values.items() if value is not None and evidence[name].met_by(value))
    if not met and len(known) < len(variables):
        raise NotRecorded(*(name for name in variables if name not in known))
    return met


def totals_meeting(
    situation: Situation, evidence: RuleEvidence, scales: Mapping[str, tuple[str, ...]], sentence: str
) -> Fires | None:
    """Fires where a recorded total meets one of its criteria, naming each; `scales` is variable -> its criteria."""
    met = {
        evidence[name]: scale
        for scale, names in scales.items()
        if situation.knows(scale)
        for name in names
        if evidence[name].met_by(situation.number(scale) or 0)
    }
    if not met:
        return None
    listed = "; ".join(f"{criterion.meaning} {criterion}" for criterion in met)
    return Fires(Message(sentence, listed=listed), tuple(dict.fromkeys(met.values())))


def sentences(*said: Message) -> Message:
    """One or two sentences as one message, each translated by itself."""
    if len(said) == 1:
        return said[0]
    first, second = said
    return Message("{first} {second}", first=first, second=second)


def plain(number: float) -> str:
    """A number as a sentence shows it: 152, not 152.0."""
    return f"{number:g}"
