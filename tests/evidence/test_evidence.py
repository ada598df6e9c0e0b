"""Provenance, tested: every number has a source, a unit and a grade, and something reads it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from ketaminder.evidence import RuleEvidence, load
from ketaminder.rules import DECIDING, all_rules
from ketaminder.rules.answers import COMPOSED
from ketaminder.terms import Grade, Result

RULES = Path(__file__).parents[2] / "src" / "ketaminder" / "rules"
READ = (Grade.SOURCE, Grade.SECONDARY)
A_NUMBER_IN_A_SENTENCE = re.compile(r"\d ?(mg|mmHg|%|years|months|weeks|days|hours|minutes|h\b|kg)")
WRITTEN_ON = date(2026, 11, 22)


def violating(holds: Callable[[RuleEvidence], bool]) -> list[str]:
    """The rules for which `holds` is not so."""
    return [rule.id for rule in load().rules.values() if not holds(rule)]


def test_every_rule_is_cited_with_a_place_in_the_source() -> None:
    assert violating(lambda rule: bool(rule.citations) and all(citation.locator for citation in rule.citations)) == []


def test_every_rule_says_what_it_is_and_when_to_review_it() -> None:
    kinds = {"rule", "interaction", "convention", "label contraindication", "guideline"}
    assert violating(lambda rule: bool(rule.topic and rule.statement and rule.question) and rule.kind in kinds) == []
    assert violating(lambda rule: rule.review_by is not None and rule.review_by > WRITTEN_ON) == []


def test_a_statement_is_no_template() -> None:
    assert violating(lambda rule: "{" not in rule.topic + rule.statement + rule.lifted_by) == []


def test_a_grade_is_one_of_its_citations() -> None:
    assert violating(lambda rule: {rule.grade, rule.weakest_grade} <= {cited.grade for cited in rule.citations}) == []


def test_what_was_not_read_never_permits() -> None:
    permitting = [rule for rule in load().rules.values() if rule.action == "eligible_criterion"]
    assert [rule.id for rule in permitting if any(cited.grade not in READ for cited in rule.citations)] == []


def test_a_deferral_names_what_lifts_it() -> None:
    defers = {id_ for id_, rule in load().rules.items() if DECIDING.get(rule.action) is Result.DEFER}
    assert [id_ for id_ in violating(lambda rule: rule.lifted_by.endswith(".")) if id_ in defers] == []


def test_every_criterion_has_unit_and_meaning() -> None:
    criteria = [criterion for rule in load().rules.values() for criterion in rule.criteria.values()]
    assert [criterion.id for criterion in criteria if not (criterion.unit and criterion.meaning)] == []


def test_every_rule_is_judged_and_every_judgement_has_evidence() -> None:
    assert set(all_rules()) | COMPOSED == set(load().rules)
    assert COMPOSED.isdisjoint(all_rules())


def test_every_source_is_cited() -> None:
    library = load()
    citations = [
        *(rule.citations for rule in library.rules.values()),
        *(protocol.citations for protocol in library.protocols.values()),
        *(strength.citations for strength in library.strength.values()),
    ]
    assert {cited.source.id for each in citations for cited in each} == set(library.sources)


def test_no_source_is_an_address() -> None:
    sources = load().sources.values()
    assert [source.id for source in sources if "http" in f"{source.citation} {dict(source.identifiers)}"] == []


def constants(kind: type) -> Iterator[tuple[str, object]]:
    """Every literal of a kind in rules/, with the file it stands in."""
    for path in RULES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and type(node.value) is kind:
                yield path.name, node.value


def test_no_clinical_number_stands_in_a_rule() -> None:
    numbers = {(name, value) for kind in (int, float) for name, value in constants(kind)}
    assert {(name, value) for name, value in numbers if value not in (0, 1) and name != "units.py"} == set()


def test_no_sentence_of_a_rule_holds_a_number() -> None:
    sentences = [str(value) for _, value in constants(str) if " " in str(value)]
    assert [sentence for sentence in sentences if A_NUMBER_IN_A_SENTENCE.search(sentence)] == []


def test_every_variable_is_read_by_a_rule() -> None:
    of_criteria = {name for rule in load().rules.values() for name in rule.criteria}
    used = {value for _, value in constants(str)} | of_criteria
    assert [name for name in load().variables if name not in used] == []


def test_every_variable_can_be_asked_for_and_has_a_place() -> None:
    for variable in load().variables.values():
        assert re.fullmatch(r"Record .*\.", variable.ask), variable.name
        assert variable.kind in {"flag", "number", "code", "text", "list"}, variable.name
        assert variable.when in {"assessment", "session day", "when indicated"}, variable.name
        assert variable.kind == "list" or any(place.startswith("other.") for place in variable.form), variable.name
        assert bool(variable.choices) == (variable.kind == "code"), variable.name


def test_a_place_in_the_case_form_belongs_to_one_variable() -> None:
    places = [place for variable in load().variables.values() for place in variable.form]
    assert len(places) == len(set(places))


def test_classes_of_variables_are_classes_of_medicines() -> None:
    known = frozenset().union(*(medicine.classes for medicine in load().medicines.values()))
    assert [variable.name for variable in load().variables.values() if not variable.classes <= known] == []


def test_no_two_medicines_share_a_name_or_a_code() -> None:
    medicines = load().medicines.values()
    names = [name.lower() for medicine in medicines for name in (medicine.ingredient, *medicine.names)]
    codes = [code for medicine in medicines for code in (medicine.rxcui, *medicine.atc) if code]
    assert len(names) == len(set(names))
    assert len(codes) == len(set(codes))


def test_every_disagreement_names_rules_that_exist_and_says_which_governs() -> None:
    library = load()
    for one in library.disagreements.values():
        assert one.topic
        assert one.text
        assert one.governs.endswith(".")
        assert set(one.rules) <= set(library.rules), one.topic


def test_the_strength_of_the_evidence_is_cited_and_its_interval_holds_its_value() -> None:
    for one in load().strength.values():
        assert one.indications
        assert one.citations
        assert one.certainty_grade in {citation.grade for citation in one.citations}
        if one.effect:
            assert one.effect.low <= one.effect.value <= one.effect.high


def test_a_recalled_value_adds_caution_and_never_permits() -> None:
    recalled = [rule for rule in load().rules.values() if Grade.MEMORY in (rule.grade, rule.weakest_grade)]
    assert recalled
    assert [rule.id for rule in recalled if rule.action == "eligible_criterion"] == []


def test_the_suffix_of_a_criterion_is_a_field_word_in_lower_case() -> None:
    criteria = [criterion for rule in load().rules.values() for criterion in rule.criteria.values()]
    assert [one.id for one in criteria if not re.fullmatch(r"[A-Z0-9-]+\.[a-z0-9_]+", one.id)] == []
    assert len({one.id for one in criteria}) == len(criteria)
