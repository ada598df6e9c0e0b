"""The strength of the evidence in one line."""

from __future__ import annotations

from ketaminder.evidence.library import PooledEffect, Strength
from ketaminder.terms import Grade, Message

JUDGED = {
    Grade.MEMORY: Message("{certainty} (recalled, unverified)").text,
    Grade.CONVENTION: Message("{certainty} (judged by this project)").text,
}


def in_one_line(one: Strength) -> Message:
    """Trials, people, pooled effect with interval, certainty, limits. What was not read is said."""
    return Message(
        "{trials}; {effect}; certainty: {certainty}. {limits}",
        trials=_trials(one),
        effect=_effect(one.effect) if one.effect else Message("no pooled effect was read"),
        certainty=Message(JUDGED.get(one.certainty_grade, "{certainty}"), certainty=Message(one.certainty)),
        limits=Message(one.limits),
    )


def _trials(one: Strength) -> Message:
    if one.trials is None:
        return Message("Number of randomised trials not read")
    if one.people is None:
        return Message("{trials} randomised trials", trials=one.trials)
    return Message("{trials} randomised trials, {people} people", trials=one.trials, people=one.people)


def _effect(effect: PooledEffect) -> Message:
    return Message(
        "{measure} {value} (interval {low} to {high}) {when}",
        measure=Message(effect.measure),
        value=f"{effect.value:.2f}",
        low=f"{effect.low:.2f}",
        high=f"{effect.high:.2f}",
        when=Message(effect.when),
    )
