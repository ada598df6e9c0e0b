"""What a terminal shows. A verdict is a sign and a word; colour only repeats it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ketaminder.cli.documents import NOTICE
from ketaminder.pharmacology import Analyte, Simulation
from ketaminder.pharmacology.model import Array
from ketaminder.plan import Comparison, DoseOption, Option, Status
from ketaminder.terms import CandidateAssessment, Case, Citation, Finding, Grade, Message, Result

SIGNS = {
    Result.EXCLUDE: ("✕", "bold red"),
    Result.DEFER: ("‖", "bold yellow"),
    Result.PRECAUTIONS: ("!", "bold cyan"),
    Result.ELIGIBLE: ("✓", "bold green"),
    Result.INFORM: ("·", "dim"),
    Status.PERMITTED: ("✓", "bold green"),
    Status.HELD: ("‖", "bold yellow"),
    Status.ASK: ("?", "bold yellow"),
    Status.NOT_PERMITTED: ("✕", "dim"),
}

BLOCKS = " ▁▂▃▄▅▆▇█"


def show_assessment(case: Case, assessment: CandidateAssessment, console: Console | None = None) -> None:
    """Print the answer first, then why, then what it rests on."""
    console = console or Console(highlight=False)
    console.print(_heading(case, assessment))
    _list(console, "Missing", (item.ask for item in assessment.missing))
    _list(console, "Lifted by", assessment.lifted_by)
    for title, verdicts in (
        ("Why", {Result.EXCLUDE, Result.DEFER}),
        ("Precautions", {Result.PRECAUTIONS}),
        ("For information", {Result.ELIGIBLE, Result.INFORM}),
    ):
        _findings(console, title, [finding for finding in assessment.findings if finding.verdict in verdicts])
    _list(console, "Assumed", case.assumed)
    console.print(Padding(Text(NOTICE, style="dim"), (1, 0, 0, 0)))


def _heading(case: Case, assessment: CandidateAssessment) -> Group:
    sign, style = SIGNS[assessment.result]
    patient = case.patient
    who = [
        patient.name or patient.identifier,
        f"{patient.age_years:.0f} years" if patient.age_years is not None else "age not recorded",
        patient.sex or "sex not recorded",
        f"{patient.weight_kg:g} kg" if patient.weight_kg is not None else "weight not recorded",
    ]
    what = [
        case.diagnosis.text,
        case.product or "no product",
        f"label {case.region or 'not recorded'}",
        case.on.isoformat(),
    ]
    return Group(
        Rule(style="dim"),
        Text(f"{sign} {assessment.result.capitalize()}", style=style),
        Text(", ".join(who)),
        Text(" · ".join(what), style="dim"),
    )


def _list(console: Console, title: str, messages: Iterable[Message]) -> None:
    lines = list(dict.fromkeys(str(message) for message in messages))
    if lines:
        console.print(Text(f"\n{title}", style="bold"))
        for line in lines:
            console.print(Padding(Text(f"- {line}"), (0, 0, 0, 2)))


def _findings(console: Console, title: str, findings: list[Finding]) -> None:
    if not findings:
        return
    console.print(Text(f"\n{title}", style="bold"))
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for finding in findings:
        sign, style = SIGNS[finding.verdict]
        table.add_row(Text(sign, style=style), Text(finding.rule, style="dim"), _finding(finding))
    console.print(Padding(table, (0, 0, 0, 2)))


def _finding(finding: Finding) -> Text:
    text = Text(str(finding.reason))
    if finding.grade is Grade.MEMORY:
        text.append(" [unverified]", style="bold")
    if finding.sources:
        text.append(f"\n{sources_line(finding.sources)}", style="dim")
    return text


def sources_line(citations: Iterable[Citation]) -> str:
    """The sources of a finding, in one line."""
    return "; ".join(f"{citation.source.citation}, {citation.locator} ({citation.grade})" for citation in citations)


def show_plan(comparison: Comparison, console: Console | None = None) -> None:
    """Print the assessment, then every protocol with its status and what its doses do."""
    console = console or Console(highlight=False)
    show_assessment(comparison.case, comparison.assessment, console)
    console.print(Rule("Protocols", style="dim", align="left"))
    for option in comparison.options:
        _option(console, option)


def _option(console: Console, option: Option) -> None:
    sign, style = SIGNS[option.status]
    console.print(Text.assemble((f"\n{sign} {option.status.capitalize()}: ", style), option.protocol.name))
    for reason in option.reasons:
        console.print(Padding(Text(f"- {reason}", style="dim"), (0, 0, 0, 2)))
    for dose in option.doses:
        console.print(Padding(_dose(dose), (1, 0, 0, 2)))


def _dose(dose: DoseOption) -> Group:
    title = Text.assemble((f"{dose.when}: ", "bold"), str(dose.arithmetic))
    if dose.simulation is None:
        return Group(title, *([Text(str(dose.ask))] if dose.ask else []))
    simulation = dose.simulation
    about = (
        f"{simulation.model.title}, {simulation.model.matrix}; line: typical person, 0 to 24 h, each to its own peak"
    )
    warnings = [Text(f"- {message}", style="dim") for message in (*simulation.assumed, *simulation.warnings)]
    return Group(title, _exposures(simulation), Text(about, style="dim"), *warnings)


def _exposures(simulation: Simulation) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("in plasma")
    for heading in ("peak ng/mL", "90% band at peak", "at h", "AUC 0-24 ng·h/mL"):
        table.add_column(heading, justify="right")
    table.add_column("0 h to 24 h")
    for analyte in simulation.analytes.values():
        table.add_row(analyte.name, *_exposure(analyte), spark(analyte.curve.typical, simulation.times_h))
    for occupancy in simulation.occupancy:
        curve = occupancy.curve
        peak = int(curve.typical.argmax())
        low, high = (100 * float(curve.bands.at(quantile)[peak]) for quantile in (0.05, 0.95))
        table.add_row(
            "NMDA occupancy",
            f"{100 * curve.typical[peak]:.0f}%",
            f"{low:.0f}-{high:.0f}%",
            f"{simulation.times_h[peak]:.2f}",
            occupancy.affinity.label,
            spark(curve.typical, simulation.times_h),
        )
    return table


def _exposure(analyte: Analyte) -> tuple[str, str, str, str]:
    exposure, peak = analyte.exposure, int(analyte.curve.typical.argmax())
    low, high = (float(analyte.curve.bands.at(quantile)[peak]) for quantile in (0.05, 0.95))
    return (
        f"{exposure.cmax_ng_per_mL:.0f}",
        f"{low:.0f}-{high:.0f}",
        f"{exposure.tmax_h:.2f}",
        f"{exposure.auc_24h_ng_h_per_mL:.0f}",
    )


def spark(values: Array, times_h: Array, width: int = 24) -> str:
    """A curve in one line of text, one sign an hour, scaled to its own peak."""
    hourly = np.interp(np.linspace(0, times_h[-1], width + 1)[1:], times_h, values)
    peak = hourly.max()
    return "".join(BLOCKS[round(float(value) / peak * (len(BLOCKS) - 1))] for value in hourly) if peak > 0 else ""
