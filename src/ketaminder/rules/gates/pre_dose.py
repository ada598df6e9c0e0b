"""May the dose be given today?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ketaminder.evidence import Library
from ketaminder.rules.answers import MISSING
from ketaminder.rules.assess import assess
from ketaminder.rules.derive import situation_of
from ketaminder.rules.gates.answer import answer, asked, beyond_site, carried, unsigned
from ketaminder.rules.gates.site_values import SiteValues
from ketaminder.terms import CandidateAssessment, Case, Gate, GateAnswer, GateFinding, Result

MEASURED_TODAY = ("systolic_mmHg", "diastolic_mmHg", "spo2_percent")
GATES = {Result.EXCLUDE: Gate.HOLD, Result.DEFER: Gate.HOLD, Result.PRECAUTIONS: Gate.PROCEED}
"""What stops a candidate holds the dose; a precaution is heeded."""

TIGHTER = {
    "systolic_mmHg": ("pre_dose_systolic_mmHg", "Systolic {value} mmHg is above the site's {limit} mmHg."),
    "diastolic_mmHg": ("pre_dose_diastolic_mmHg", "Diastolic {value} mmHg is above the site's {limit} mmHg."),
}


def pre_dose(case: Case, library: Library, site: SiteValues | None) -> GateAnswer:
    """Judge the whole case anew for today's dose; what was measured on another day counts as not recorded.

    Raises:
        Refused: no product, or a fact that cannot be read.
    """
    today = _today(case, library)
    assessment = assess(today, library)
    findings = [*unsigned(case, site), *_findings(assessment), *_asked(assessment, library)]
    if site is not None:
        situation = situation_of(today, library)
        for variable, (name, sentence) in TIGHTER.items():
            findings += beyond_site(situation, site, variable, name, sentence)
    return answer(findings)


def _today(case: Case, library: Library) -> Case:
    days = {name for name, variable in library.variables.items() if variable.when == "session day"}
    stale = {
        name
        for name in days.union(MEASURED_TODAY) & set(case.facts)
        if (measured := case.facts[name].observed_on) is not None and measured != case.on
    }
    return replace(case, facts={name: fact for name, fact in case.facts.items() if name not in stale})


def _findings(assessment: CandidateAssessment) -> Iterator[GateFinding]:
    for finding in assessment.findings:
        if finding.verdict in GATES and finding.rule != MISSING:
            yield carried(finding, GATES[finding.verdict])


def _asked(assessment: CandidateAssessment, library: Library) -> Iterator[GateFinding]:
    for item in (*assessment.missing, *assessment.to_check_on_the_day):
        yield from asked(library, (item.variable,), item.rules[0])
