"""`makemessages` that also collects the sentences of rules and the words of the evidence and the models."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages

from ketaminder.clinic.pages.curves import short_label
from ketaminder.evidence import Library, load
from ketaminder.evidence.rule_book import ACTIONS
from ketaminder.pharmacology import Model, discover
from ketaminder.pharmacology.receptor import AFFINITIES, Affinity

WORDS_OF_DATA = Path("words_of_data.py")
"""Stands in the current directory while messages are collected, since xgettext reads no TOML."""
HAND_ON = ("ketaminder.rules", "ketaminder.fhir", "ketaminder.pharmacology")
"""Where sentences are handed to `Message` by a name, which xgettext does not follow."""


class Command(makemessages.Command):
    """Django's command, told that `Message("…")` marks a sentence too, and given the words that stand in data."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=Message:1"]  # noqa: RUF012 (Django reads it from the class)

    def handle(self, *args: Any, **options: Any) -> None:
        texts = sorted({*evidence_texts(load()), *(text for model in discover() for text in model_texts(model))} - {""})
        texts += sorted(text for package in HAND_ON for text in code_texts(Path(str(files(package)))))
        WORDS_OF_DATA.write_text("".join(f"gettext({text!r})\n" for text in texts), encoding="utf-8")
        try:
            super().handle(*args, **options)
        finally:
            WORDS_OF_DATA.unlink()


def evidence_texts(library: Library) -> Iterator[str]:
    """Every sentence and label of the evidence that a page shows."""
    yield from ACTIONS.values()
    for rule in library.rules.values():
        yield from (rule.question, rule.topic, rule.statement, rule.lifted_by, rule.note)
        yield from (text for criterion in rule.criteria.values() for text in (criterion.meaning, criterion.unit))
    for variable in library.variables.values():
        yield from (variable.label, variable.ask, variable.unit, variable.none_means, *variable.choices)
    for protocol in library.protocols.values():
        yield from (protocol.name, protocol.status, protocol.monitoring, protocol.note, protocol.only_in_a_trial)
        yield from (dose.when for dose in protocol.doses)
        yield from (text for phase in protocol.phases for text in (phase.name, phase.visits, phase.doses))
    for one in library.disagreements.values():
        yield from (one.topic, one.text, one.governs)
    for strength in library.strength.values():
        yield from (strength.certainty, strength.limits)
        yield from (strength.effect.measure, strength.effect.when) if strength.effect else ()


def code_texts(folder: Path) -> Iterator[str]:
    """Every string of the code in `folder` that reads as a sentence: several words, then a full stop or a value."""
    for path in folder.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        unsaid = {id(one.value) for one in nodes if isinstance(one, ast.Expr)}
        unsaid |= {id(part) for one in nodes if isinstance(one, ast.JoinedStr) for part in one.values}
        words = [one.value for one in nodes if isinstance(one, ast.Constant) and id(one) not in unsaid]
        yield from (text for text in words if isinstance(text, str) and _is_sentence(text))


def _is_sentence(text: str) -> bool:
    return " " in text.strip() and text.endswith((".", "}"))


def affinity_texts(affinity: Affinity) -> tuple[str, ...]:
    """Every sentence and label of an affinity set that a page shows."""
    return affinity.label, short_label(affinity), affinity.preparation, affinity.note


def model_texts(model: Model) -> Iterator[str]:
    """Every sentence and label of a model that a page shows."""
    validity = model.validity
    yield from (model.title, model.population, model.matrix, validity.use_for)
    yield from (validity.age_years.printed, validity.weight_kg.printed)
    yield from (text for affinity in AFFINITIES for text in affinity_texts(affinity))
