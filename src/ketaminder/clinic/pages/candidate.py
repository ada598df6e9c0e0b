"""What the rooms below say of one person, of a list of people, and of the evidence, as whole pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ketaminder.clinic import set_up
from ketaminder.clinic.pages.courses import offer
from ketaminder.clinic.pages.curves import rows_of, shared_warnings
from ketaminder.clinic.pages.dose_form import EXAMPLE, DoseForm, StudyForm
from ketaminder.clinic.pages.dose_page import choices, in_words, told, views
from ketaminder.clinic.pages.shell import Shell, render
from ketaminder.evidence import RuleEvidence, load
from ketaminder.plan import Comparison, Status
from ketaminder.terms import CandidateAssessment, Case, Finding, Message, MissingItem, Refused, Result


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in the list of people: where the page is, who, and the answer; None where the record gives none."""

    href: str
    name: str
    case: Case | None
    assessment: CandidateAssessment | None


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the record does not say, and the rules that need it."""

    item: MissingItem
    rules: tuple[RuleEvidence, ...]


@dataclass(frozen=True, slots=True)
class OtherProduct:
    """The answer for a product that is not in question, with the reason that weighs most."""

    result: Result
    leading: Message | None


def person_page(
    comparison: Comparison,
    shell: Shell,
    *,
    forecasts: bool = True,
) -> str:
    """One person's page as HTML.

    Args:
        comparison: what the plan says of the person.
        shell: what stands around it.
        forecasts: False says why curves are switched off instead of drawing them.
    """
    set_up()
    return render("clinic/person.html", candidate_context(comparison, forecasts=forecasts), shell)


def candidate_context(comparison: Comparison, *, forecasts: bool) -> dict[str, object]:
    """What the templates of a candidate read: the decision, its reasons, the protocols, the curves."""
    case = comparison.case
    rows = rows_of(comparison) if forecasts else ()
    return {
        "case": case,
        "name": name_of(case),
        "assessment": comparison.assessment,
        **_next(comparison.assessment),
        **_grouped(comparison.assessment),
        "others": _others(comparison),
        **_offers(comparison),
        "forecasts": forecasts,
        "rows": rows,
        "shared_warnings": shared_warnings(rows),
    }


def name_of(case: Case) -> str:
    """The name that a page shows."""
    return case.patient.name or case.patient.identifier


def people_page(entries: Sequence[Entry], shell: Shell) -> str:
    """The list of people as HTML."""
    return render("clinic/people.html", {"entries": entries}, shell)


def evidence_page(shell: Shell) -> str:
    """The rule book as HTML: every rule with its numbers, sources and grades, question by question."""
    library = load()
    by_question = groupby(library.rules.values(), key=lambda rule: rule.question)
    context = {
        "questions": [(question, tuple(rules)) for question, rules in by_question],
        "disagreements": library.disagreements.values(),
        "strengths": library.strength.values(),
    }
    return render("clinic/evidence.html", context, shell)


def dose_page(form: DoseForm | StudyForm, shell: Shell) -> str:
    """What one dose, or a published study, does, as HTML: the forms, and where one can be read, the curves.

    Errors stand beside their fields.
    """
    set_up()
    found = _drawn(form)
    context = {
        "form": form if isinstance(form, DoseForm) else DoseForm(label_suffix="", initial=form.as_asked()),
        "studies": form if isinstance(form, StudyForm) else StudyForm(label_suffix=""),
        "example": form.data == EXAMPLE,
    }
    return render("clinic/this_dose.html", context | found, shell)


def _drawn(form: DoseForm | StudyForm) -> dict[str, object]:
    """What the page shows of a question that can be read and answered; otherwise the form says what is wrong."""
    if not form.is_valid():
        return {}
    try:
        scenario, study, said = form.scenario(), form.asked(), form.cleaned_data
        shown = told(scenario, said["model"], study, said["view"])
    except Refused as refusal:
        form.refuse(refusal)
        return {}
    return {
        "told": shown,
        "heading": in_words(scenario, study),
        "models": choices(shown, form.data),
        "views": views(shown, form.data),
    }


def notice_page(heading: str, sentence: str, shell: Shell, detail: str = "") -> str:
    """A page that says one thing, as HTML; `detail` is for the operator and is not translated."""
    return render("clinic/notice.html", {"heading": heading, "sentence": sentence, "detail": detail}, shell)


def _next(assessment: CandidateAssessment) -> dict[str, Sequence[object]]:
    """What lifts a deferral, what to record, and what each missing item is needed for. An exclusion is not lifted."""
    asks = tuple(dict.fromkeys(item.ask for item in assessment.missing))
    lifting = assessment.lifted_by if assessment.result is Result.DEFER else ()
    return {
        "lifted_by": [sentence for sentence in lifting if sentence not in asks],
        "asks": asks,
        "needs": _needs(assessment.missing),
        "on_the_day": _needs(assessment.to_check_on_the_day),
    }


def _needs(items: Sequence[MissingItem]) -> list[Need]:
    rules = load().rules
    return [Need(item, tuple(rules[id_] for id_ in item.rules)) for item in items]


def _grouped(assessment: CandidateAssessment) -> dict[str, list[Finding]]:
    """The findings that make the result, the precautions that stand beside it, and all others."""
    result, deferring = assessment.result, (Result.EXCLUDE, Result.DEFER)
    deciding = deferring if result in deferring else (result,)
    ranked = sorted(assessment.findings, key=lambda finding: -finding.verdict.strength)
    why = [finding for finding in ranked if finding.verdict in deciding]
    others = [f for f in ranked if f.verdict not in deciding and f not in assessment.standing]
    return {
        "why": why,
        "precautions": [finding for finding in others if finding.verdict is Result.PRECAUTIONS],
        "information": [finding for finding in others if finding.verdict is not Result.PRECAUTIONS],
    }


def _offers(comparison: Comparison) -> dict[str, Sequence[object]]:
    """The protocols that the criteria leave, those that they bar, and the products without any that was read."""
    library = load()
    offers = [offer(option, library) for option in comparison.options]
    return {
        "open_options": [one for one in offers if one.option.status is not Status.NOT_PERMITTED],
        "barred_options": [one for one in offers if one.option.status is Status.NOT_PERMITTED],
        "unread": comparison.unread,
    }


def _others(comparison: Comparison) -> list[tuple[str, OtherProduct]]:
    return [
        (product, OtherProduct(assessment.result, _leading(assessment)))
        for product, assessment in comparison.assessments.items()
        if product != comparison.case.product
    ]


def _leading(assessment: CandidateAssessment) -> Message | None:
    """The reason that weighs most, or what is missing; None where nothing decides."""
    decisive = [finding.reason for finding in assessment.findings if finding.verdict is assessment.result]
    asks = [item.ask for item in assessment.missing]
    return next(iter([*decisive, *asks]), None) if assessment.result is not Result.ELIGIBLE else None
