"""What a terminal shows. A verdict is a sign and a word; colour only repeats it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ketaminder.cli.documents import NOTICE
from ketaminder.pharmacology import Analyte, Curve, Occupancy, Simulation
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

GROUPS = (
    ("Why", {Result.EXCLUDE, Result.DEFER}),
    ("Precautions", {Result.PRECAUTIONS}),
    ("Criteria met", {Result.ELIGIBLE}),
)
BLOCKS = " ▁▂▃▄▅▆▇█"


class References:
    """Citations numbered in the order in which a reader meets them."""

    def __init__(self) -> None:
        self._citations: list[Citation] = []

    def cite(self, citations: Iterable[Citation]) -> str:
        """The numbers of `citations`, as "[1, 4]"."""
        numbers = sorted({self._number(citation) for citation in citations})
        return f"[{', '.join(map(str, numbers))}]" if numbers else ""

    def _number(self, citation: Citation) -> int:
        if citation not in self._citations:
            self._citations.append(citation)
        return self._citations.index(citation) + 1

    def __iter__(self) -> Iterator[tuple[int, Citation]]:
        return enumerate(self._citations, start=1)


def show_assessment(case: Case, assessment: CandidateAssessment, *, everything: bool) -> None:
    """Print the answer first, then why, then what it rests on; `everything` adds what only informs."""
    console, references = Console(highlight=False), References()
    _assessment(console, case, assessment, references, everything)
    _close(console, references)


def _assessment(
    console: Console, case: Case, assessment: CandidateAssessment, references: References, everything: bool
) -> None:
    console.print(_heading(case, assessment))
    for finding in assessment.standing:
        console.print(_finding(finding, references))
    if assessment.result is Result.DEFER:
        _list(console, "What lifts it", assessment.lifted_by)
    if assessment.if_all_known:
        console.print(Padding(Text(str(assessment.if_all_known.said)), (0, 0, 0, 2)))
    for title, verdicts in GROUPS:
        _findings(console, title, [f for f in assessment.findings if f.verdict in verdicts], references)
    informing = [f for f in assessment.findings if f.verdict is Result.INFORM]
    if everything:
        _findings(console, "For information", informing, references)
    elif informing:
        console.print(
            Text(f"\n{len(informing)} more findings inform and do not decide: --all shows them.", style="dim")
        )
    _list(console, "To check on the day", (item.ask for item in assessment.to_check_on_the_day))
    _list(console, "Assumed", case.assumed)


def _close(console: Console, references: References) -> None:
    console.print(Text("\nSources", style="bold"))
    for number, citation in references:
        line = f"[{number}] {citation.source.citation}, {citation.locator} ({citation.grade})"
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
    console.print(Padding(Text(NOTICE), (1, 0, 0, 0)))


def _heading(case: Case, assessment: CandidateAssessment) -> Group:
    sign, style = SIGNS[assessment.result]
    patient = case.patient
    who = [
        patient.name or patient.identifier,
        f"{patient.age_years:.0f} years" if patient.age_years is not None else "age not recorded",
        patient.sex or "sex not recorded",
        f"{patient.weight_kg:.1f} kg" if patient.weight_kg is not None else "weight not recorded",
    ]
    what = [
        case.diagnosis.text,
        case.product or "no product",
        f"label: {case.region or 'not recorded'}",
        case.on.isoformat(),
    ]
    return Group(
        Text(f"\n{sign} {assessment.result.capitalize()}", style=style),
        Text(", ".join(who)),
        Text(" · ".join(what), style="dim"),
    )


def _list(console: Console, title: str, messages: Iterable[Message]) -> None:
    lines = list(dict.fromkeys(str(message) for message in messages))
    if lines:
        console.print(Text(f"\n{title}", style="bold"))
        for line in lines:
            console.print(Padding(Text(f"- {line}"), (0, 0, 0, 2)))


def _findings(console: Console, title: str, findings: list[Finding], references: References) -> None:
    if not findings:
        return
    console.print(Text(f"\n{title}", style="bold"))
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for finding in findings:
        sign, style = SIGNS[finding.verdict]
        table.add_row(Text(sign, style=style), Text(finding.rule, style="dim"), _finding(finding, references))
    console.print(Padding(table, (0, 0, 0, 2)))


def _finding(finding: Finding, references: References) -> Text:
    text = Text(str(finding.reason))
    if finding.grade is Grade.MEMORY:
        text.append(" (unverified)", style="bold")
    return text.append(f" {references.cite(finding.sources)}", style="dim")


def show_plan(comparison: Comparison, *, everything: bool) -> None:
    """Print the assessment, then every protocol with its status and what its doses do."""
    console, references = Console(highlight=False), References()
    _assessment(console, comparison.case, comparison.assessment, references, everything)
    console.print(Text("\nProtocols", style="bold"))
    for option in comparison.options:
        _option(console, option, references)
    _about_curves(console, comparison)
    _close(console, references)


def _option(console: Console, option: Option, references: References) -> None:
    sign, style = SIGNS[option.status]
    title = Text.assemble((f"{sign} {option.status.capitalize()}: ", style), option.protocol.name)
    if option.status is Status.NOT_PERMITTED:
        title.append(f". {option.reasons[0]}", style="dim")
        console.print(Padding(title, (0, 0, 0, 2)))
        return
    title.append(f" {references.cite(option.protocol.citations)}", style="dim")
    console.print(Padding(title, (1, 0, 0, 2)))
    for message in option.reasons:
        console.print(Padding(Text(f"- {message}", style="dim"), (0, 0, 0, 4)))
    for dose in option.doses:
        console.print(Padding(_dose(dose), (1, 0, 0, 4)))


def _dose(dose: DoseOption) -> Group:
    title = Text.assemble((f"{dose.when}: ", "bold"), str(dose.arithmetic))
    if dose.simulation is None:
        return Group(title, *([Text(str(dose.ask))] if dose.ask else []))
    return Group(title, _exposures(dose.simulation))


def _exposures(simulation: Simulation) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("")
    for heading in ("peak", "90% of people", "at h", "AUC 0-24 h"):
        table.add_column(heading, justify="right")
    table.add_column("0 to 24 h", no_wrap=True)
    for name in simulation.leading:
        analyte = simulation.analytes[name]
        curve = spark(analyte.curve.typical, simulation.times_h)
        table.add_row(name, *_exposure(analyte, simulation), curve)
    for occupancy in simulation.occupancy:
        table.add_row(*_occupied(occupancy, simulation))
    return table


def _exposure(analyte: Analyte, simulation: Simulation) -> tuple[str, str, str, str]:
    exposure = analyte.exposure
    return (
        f"{exposure.cmax_ng_per_mL:.0f} ng/mL",
        _band_at_peak(analyte.curve, simulation.people),
        f"{exposure.tmax_h:.2f}",
        f"{exposure.auc_24h_ng_h_per_mL:.0f} ng·h/mL",
    )


def _occupied(occupancy: Occupancy, simulation: Simulation) -> tuple[str, ...]:
    curve, times_h = occupancy.curve, simulation.times_h
    peak = int(curve.typical.argmax())
    band = _band_at_peak(curve, simulation.people, percent=True)
    label = f"NMDA, {occupancy.affinity.label.partition(',')[0]}"
    share = f"{100 * curve.typical[peak]:.0f}%"
    return label, share, band, f"{times_h[peak]:.2f}", "", spark(curve.typical, times_h)


def _band_at_peak(curve: Curve, people: int, *, percent: bool = False) -> str:
    """Without virtual people there is no band."""
    if people == 1:
        return "no band"
    peak, factor = int(curve.typical.argmax()), 100 if percent else 1
    low, high = (factor * float(curve.bands.at(quantile)[peak]) for quantile in (0.05, 0.95))
    return f"{low:.0f}-{high:.0f}{'%' if percent else ''}"


def _about_curves(console: Console, comparison: Comparison) -> None:
    """Models, assumptions and warnings, each once."""
    drawn = [dose.simulation for option in comparison.options for dose in option.doses if dose.simulation]
    models = {simulation.model.id: simulation.model for simulation in drawn}
    said = [message for simulation in drawn for message in (*simulation.assumed, *simulation.warnings)]
    if drawn:
        most = max(one.people for one in drawn)
        people = Message("Bands: 5% to 95% of {people} virtual people around this person.", people=most)
        used = [Message("{title}: {source}", title=m.title, source=m.source.citation) for m in models.values()]
        _list(console, "About these curves", [people, *used, *said])


def spark(values: Array, times_h: Array, width: int = 12) -> str:
    """A curve in one line of text, one sign for two hours, scaled to its own highest."""
    spans = np.array_split(np.arange(times_h[-1] * 60 + 1) / 60, width)
    highest = [float(np.interp(span, times_h, values).max()) for span in spans]
    top = max(highest)
    return "".join(BLOCKS[round(value / top * (len(BLOCKS) - 1))] for value in highest) if top > 0 else ""
