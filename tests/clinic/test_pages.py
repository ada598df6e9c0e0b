"""What a person's page says, and that every word of it can be translated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from django.utils import translation

from ketaminder import evidence, examples, intake
from ketaminder.clinic.pages.candidate import Entry, evidence_page, notice_page, people_page, person_page
from ketaminder.clinic.pages.curves import rows_of
from ketaminder.clinic.pages.shell import Shell
from ketaminder.clinic.templatetags.clinic import forget_words, message, threshold
from ketaminder.evidence.library import Guidance
from ketaminder.evidence.strength import in_one_line
from ketaminder.plan import Comparison, compare
from ketaminder.terms import CandidateAssessment, Citation, Grade, IfKnown, Message, MissingItem, Result

VIRTUAL_PEOPLE = 50
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
READ_ALOUD = frozenset({"aria-label", "title", "alt", "placeholder"})


@pytest.fixture(scope="module")
def comparisons(on: str) -> dict[str, Comparison]:
    """Every example's plan, by the example's name."""
    library = evidence.load()
    return {
        name: compare(intake.read(examples.text(name), on=date.fromisoformat(on)), library, people=VIRTUAL_PEOPLE)
        for name in examples.names()
    }


DEMO = Shell(demo=True)
CLINIC = Shell(demo=False)


def page_of(comparison: Comparison, shell: Shell = DEMO, *, forecasts: bool = True) -> str:
    return person_page(comparison, shell, forecasts=forecasts)


class VisibleText(HTMLParser):
    """The text nodes of a page that a reader sees or hears, outside what is never translated."""

    def __init__(self, page: str, everything: bool = False) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []
        self.everything = everything
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        silent = tag in ("style", "script") or (not self.everything and given.get("translate") == "no")
        hidden = silent or (bool(self.open) and self.open[-1][1])
        if tag not in VOID:
            self.open.append((tag, hidden))
        if not hidden:
            self.texts += [value for name, value in attributes if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and not self.open[-1][1] and data.strip():
            self.texts.append(" ".join(data.split()))


def visible(page: str) -> str:
    return " ".join(VisibleText(page, everything=True).texts)


@pytest.fixture
def pseudo_locale(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every translated string comes back in ⟦brackets⟧."""

    def singular(text: str) -> str:
        return f"⟦{text}⟧" if text else ""

    def plural(one: str, many: str, count: int) -> str:
        return f"⟦{one if count == 1 else many}⟧"

    translation.gettext("")  # so that Django's own functions are in place before they are replaced
    monkeypatch.setattr("django.utils.translation._trans.gettext", singular, raising=False)
    monkeypatch.setattr("django.utils.translation._trans.pgettext", lambda _, text: singular(text), raising=False)
    monkeypatch.setattr("django.utils.translation._trans.ngettext", plural, raising=False)
    monkeypatch.setattr("django.utils.translation._trans.npgettext", lambda _, *given: plural(*given), raising=False)
    forget_words()
    yield
    forget_words()


def untranslated(page: str) -> list[str]:
    """Visible text that stands in no brackets."""
    bare = []
    for text in VisibleText(page).texts:
        outside = text
        while outside != (outside := re.sub(r"⟦[^⟦⟧]*⟧", "", outside)):
            pass
        if re.search(r"[^\W\d_]", outside):
            bare.append(text)
    return bare


@pytest.mark.usefixtures("pseudo_locale")
def test_every_word_of_a_persons_page_is_translated(comparisons: dict[str, Comparison]) -> None:
    for comparison in comparisons.values():
        assert untranslated(page_of(comparison)) == []
        assert (
            untranslated(page_of(comparison, Shell(demo=True, standalone=True, home="index.html"), forecasts=False))
            == []
        )


@pytest.mark.usefixtures("pseudo_locale")
def test_every_word_of_the_list_is_translated(comparisons: dict[str, Comparison]) -> None:
    entries = [
        *(Entry("#", "Zoë", comparison.case, comparison.assessment) for comparison in comparisons.values()),
        Entry("#", "Zoë", None, None),
    ]
    for shell in (DEMO, CLINIC):
        assert untranslated(people_page(entries, shell)) == []
        assert untranslated(people_page([], shell)) == []


@pytest.mark.usefixtures("pseudo_locale")
def test_every_word_of_the_rule_book_is_translated() -> None:
    assert untranslated(evidence_page(Shell(demo=True, home="/"))) == []


def test_the_pseudo_locale_test_can_fail() -> None:
    assert untranslated("<main><p>⟦Kept ⟦22⟧ in⟧ 12 – <b>Escaped</b></p><p translate='no'>Zoë</p></main>") == [
        "Escaped"
    ]


def test_result_reason_and_source_of_each_deciding_finding_stand_on_the_page(
    comparisons: dict[str, Comparison],
) -> None:
    for comparison in comparisons.values():
        text = visible(page_of(comparison))
        for finding in comparison.assessment.findings:
            for citation in finding.sources:
                assert " ".join(citation.source.citation.split()) in text
        if comparison.assessment.result is Result.DEFER:
            for sentence in comparison.assessment.lifted_by:
                assert " ".join(str(sentence).split()) in text


def test_a_missing_item_says_what_it_is_needed_for(comparisons: dict[str, Comparison]) -> None:
    comparison = next(iter(comparisons.values()))
    rule = next(rule for rule in evidence.load().rules.values() if rule.citations)
    item = MissingItem("sbp", "Systolic blood pressure", Message("Record blood pressure, both values."), (rule.id,))
    assessment = CandidateAssessment(Result.DEFER, (), (item, item))
    text = visible(page_of(judged(comparison, assessment)))
    assert text.count("Record blood pressure, both values.") == 1
    assert "Not recorded: Systolic blood pressure." in text
    assert f"{rule.topic} {rule.id}" in text
    assert " ".join(rule.citations[0].source.citation.split()) in text


def test_an_exclusion_is_not_said_to_be_lifted(comparisons: dict[str, Comparison]) -> None:
    comparison = next(iter(comparisons.values()))
    finding = replace(
        comparison.assessment.findings[0], verdict=Result.DEFER, lifted_by=Message("A review is documented.")
    )
    deferred = judged(comparison, CandidateAssessment(Result.DEFER, (finding,), ()))
    excluded = judged(comparison, CandidateAssessment(Result.EXCLUDE, (finding,), ()))
    assert "What lifts it A review is documented." in visible(page_of(deferred))
    assert "What lifts it" not in visible(page_of(excluded))


def test_the_course_stands_on_the_page_as_dates(comparisons: dict[str, Comparison]) -> None:
    """US label: twice a week for 4 weeks, then weekly for 4. 8 + 4 visits; week 8 begins 49 days after 22 November.

    In all at least 12 x 56 = 672 mg, at most 56 + 11 x 84 = 980 mg; 12 x 2 h of observation.
    """
    text = visible(page_of(comparisons["treatment_resistant_depression"]))
    assert (
        "First visit 22 November 2026 Last visit of the published course 10 January 2027 Visits 12 "
        "Drug in all 672–980 mg The patient's time At least 2 h of observation a visit, 24 h over 12 visits."
    ) in text
    assert "1 22 Nov 2026 1 induction 56 2 25 Nov 2026 1 induction 56–84 3 29 Nov 2026 2 induction 56–84" in text
    assert "12 10 Jan 2027 8 optimisation 56–84" in text
    assert "Afterwards maintenance, from 17 January 2027: once a week or every 2 weeks" in text


def test_what_governs_a_course_stands_beside_it_with_its_sources(comparisons: dict[str, Comparison]) -> None:
    rules = evidence.load().rules
    for comparison in comparisons.values():
        text = visible(page_of(comparison))
        for option in comparison.options:
            topics = (Guidance.MISSED, Guidance.REVIEW, Guidance.STOPPING) if option.timetable else ()
            for rule in (rules[id_] for topic in topics for id_ in option.protocol.rules.get(topic, ())):
                assert " ".join(f"{rule.statement} {rule.id}".split()) in text
                assert all(" ".join(citation.source.citation.split()) in text for citation in rule.citations)


def test_what_has_no_curve_and_no_schedule_is_said(comparisons: dict[str, Comparison]) -> None:
    undrawn = 0
    for comparison in comparisons.values():
        text = visible(page_of(comparison))
        said = [option.not_drawn for option in comparison.options if option.not_drawn]
        undrawn += len(said)
        for sentence in (*said, *comparison.unread):
            assert message(sentence) in text
    assert undrawn


def test_what_is_checked_on_the_day_stands_beside_what_is_missing(comparisons: dict[str, Comparison]) -> None:
    for comparison in comparisons.values():
        text = visible(page_of(comparison))
        items = comparison.assessment.to_check_on_the_day
        assert f"To check on the day ({len(items)})" in text
        assert all(str(item.ask) in text for item in items)


def test_approval_and_strength_of_evidence_stand_under_the_answer_with_their_sources(
    comparisons: dict[str, Comparison],
) -> None:
    for comparison in comparisons.values():
        text = visible(page_of(comparison))
        assert len(comparison.assessment.standing) == 2
        for finding in comparison.assessment.standing:
            assert text.count(" ".join(message(finding.reason).split())) == 1
            assert all(" ".join(citation.source.citation.split()) in text for citation in finding.sources)


def test_a_missing_item_says_what_the_answer_would_be_with_it(comparisons: dict[str, Comparison]) -> None:
    comparison = next(iter(comparisons.values()))
    rule = next(iter(evidence.load().rules))
    one = IfKnown(Result.DEFER, Message("If it is recorded: {result}.", result=Result.DEFER))
    every = IfKnown(Result.ELIGIBLE, Message("If everything is recorded: {result}.", result=Result.ELIGIBLE))
    item = MissingItem("sbp", "Systolic blood pressure", Message("Record it."), (rule,), one)
    text = visible(page_of(judged(comparison, CandidateAssessment(Result.DEFER, (), (item,), if_all_known=every))))
    assert "With it If it is recorded: Defer." in text
    assert "Missing from the record Record it. If everything is recorded: Eligible." in text


def test_the_rule_book_holds_every_rule_with_its_numbers_sources_and_grades() -> None:
    library = evidence.load()
    page = evidence_page(CLINIC)
    text = visible(page)
    for rule in library.rules.values():
        assert page.count(f'id="{rule.id}"') == 1
        assert " ".join(rule.statement.split()) in text
        assert all(f"{threshold(one)} {one.id}" in text for one in rule.criteria.values())
        assert all(" ".join(citation.source.citation.split()) in text for citation in rule.citations)
    recalled = [c for rule in library.rules.values() for c in rule.citations if c.grade is Grade.MEMORY]
    assert page.count('(<span class="unverified">unverified</span>)') >= len(recalled) > 0
    for one in library.disagreements.values():
        assert " ".join(f"{one.text} Here {one.governs} Rules {' '.join(one.rules)}".split()) in text
    for strength in library.strength.values():
        assert " ".join(message(in_one_line(strength)).split()) in text


def test_rules_lead_to_the_rule_book_where_there_is_one(comparisons: dict[str, Comparison]) -> None:
    rule_book = evidence_page(Shell(demo=True, standalone=True))
    for comparison in comparisons.values():
        led = re.findall(
            r'href="evidence\.html#([^"]+)"', page_of(comparison, Shell(demo=True, evidence="evidence.html"))
        )
        assert {finding.rule for finding in comparison.assessment.findings} <= set(led)
        assert all(f'id="{id_}"' in rule_book for id_ in led)
        assert "evidence.html" not in page_of(comparison)


def test_every_protocol_stands_on_the_page_with_its_status(comparisons: dict[str, Comparison]) -> None:
    for comparison in comparisons.values():
        text = visible(page_of(comparison))
        for option in comparison.options:
            assert option.protocol.name in text


def test_intended_use_and_watermark_stand_on_every_page(comparisons: dict[str, Comparison]) -> None:
    comparison = next(iter(comparisons.values()))
    entries = [Entry("#", "Zoë", comparison.case, comparison.assessment)]
    pages = (
        page_of(comparison),
        people_page(entries, Shell(demo=True, standalone=True)),
        notice_page("Heading", "Sentence.", Shell(demo=True, home="/")),
    )
    for page in pages:
        text = visible(page)
        assert "Informs clinicians, who decide." in text
        assert "never for self-treatment. Not a cleared or CE-marked medical device." in text
        assert text.count("Demonstration data") >= 2


def test_a_real_clinics_page_has_no_watermark(comparisons: dict[str, Comparison]) -> None:
    for comparison in comparisons.values():
        assert "Demonstration" not in page_of(comparison, CLINIC)


def test_without_the_operators_switch_the_page_says_why_curves_are_off(comparisons: dict[str, Comparison]) -> None:
    for comparison in comparisons.values():
        page = page_of(comparison, forecasts=False)
        assert "Curves are switched off in this clinic." in visible(page)
        assert 'class="chart"' not in page


def test_every_warning_of_a_curve_stands_beside_it(comparisons: dict[str, Comparison]) -> None:
    drawn = 0
    for comparison in comparisons.values():
        text = visible(page_of(comparison))
        for simulation in (dose.simulation for option in comparison.options for dose in option.doses):
            if simulation is None:
                continue
            drawn += 1
            for sentence in (*simulation.warnings, *simulation.assumed):
                assert " ".join(str(sentence).split()) in text
            behind = [simulation.model.source, *(each.affinity.citation.source for each in simulation.occupancy)]
            assert all(" ".join(source.citation.split()) in text for source in behind)
    assert drawn


def test_where_people_do_not_differ_no_band_is_drawn_and_the_page_says_so(comparisons: dict[str, Comparison]) -> None:
    """The derived set of subcutaneous ketamine has no variability; a line must not pass for nine in ten people."""
    (row, *_) = [row for row in rows_of(comparisons["treatment_resistant_depression"]) if row.people == 1]
    assert not row.model.variability
    assert all(not chart.bands and "No band" in chart.note for chart in row.charts)
    text = visible(page_of(comparisons["treatment_resistant_depression"]))
    assert "Band None: this model knows no differences between people" in text
    assert f"Band {VIRTUAL_PEOPLE} virtual people of this age and weight" in text


def test_a_recalled_source_is_marked_unverified(comparisons: dict[str, Comparison]) -> None:
    def recalled(citation: Citation) -> Citation:
        return replace(citation, grade=Grade.MEMORY)

    comparison = next(c for c in comparisons.values() if any(f.sources for f in c.assessment.findings))
    page = page_of(regraded(comparison, recalled))
    assert '(<span class="unverified">unverified</span>)' in page


def regraded(comparison: Comparison, change: Callable[[Citation], Citation]) -> Comparison:
    assessment = comparison.assessment
    findings = tuple(replace(f, sources=tuple(change(c) for c in f.sources)) for f in assessment.findings)
    return judged(comparison, replace(assessment, findings=findings))


def judged(comparison: Comparison, assessment: CandidateAssessment) -> Comparison:
    """The comparison with another assessment of the product in question."""
    product = comparison.case.product
    assert product is not None
    return replace(comparison, assessments={**comparison.assessments, product: assessment})


def test_what_a_record_says_cannot_become_markup(comparisons: dict[str, Comparison]) -> None:
    comparison = next(iter(comparisons.values()))
    patient = replace(comparison.case.patient, name="<script>alert(1)</script>")
    case = replace(comparison.case, patient=patient, assumed=(Message("Read {what}.", what="<img src=x>"),))
    page = page_of(replace(comparison, case=case))
    assert "<script" not in page
    assert "<img" not in page


def test_the_same_comparison_gives_the_same_page(comparisons: dict[str, Comparison]) -> None:
    for comparison in comparisons.values():
        assert page_of(comparison) == page_of(comparison)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en-gb"):
        yield
