"""`ketaminder dose`: a dose that a prescriber names, computed if its protocol permits it."""

from __future__ import annotations

import argparse
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ketaminder.cli.documents import NOTICE, rounded
from ketaminder.cli.files import print_json
from ketaminder.cli.protocols import cited, named, rules_of
from ketaminder.evidence import Library, load
from ketaminder.evidence.library import Guidance
from ketaminder.plan import BothWeights, Calculation, Measured, Request, both_weights, calculate
from ketaminder.terms import Grade

Document = dict[str, Any]
PER_KG = "mg/kg"
BESIDE_A_DOSE = (Guidance.TECHNIQUE, Guidance.WEIGHT, Guidance.TOLERABILITY)
"""What must be read beside a computed dose; the rest of the protocol is `ketaminder protocols show`."""


def dose(options: argparse.Namespace) -> int:
    """Print the arithmetic of one permitted dose, with its sources."""
    library = load()
    request = Request(
        amount=options.dose,
        unit=options.unit,
        weight_kg=options.weight_kg,
        concentration_mg_per_mL=options.concentration_mg_per_ml,
        minutes=options.minutes,
        diluted_to_mL=options.diluted_to_ml,
        session=options.session,
    )
    calculation = calculate(named(library, options.protocol), request)
    weights = _weights(library, calculation, options)
    if options.json:
        print_json(document(calculation, weights))
    else:
        _show(library, calculation, weights)
    return 0


def _weights(library: Library, calculation: Calculation, options: argparse.Namespace) -> BothWeights | None:
    """The dose by both weights; None without a height, for a fixed dose, or where no rule asks for both."""
    if options.height_cm is None or options.weight_kg is None or calculation.dose.unit != PER_KG:
        return None
    body = Measured(options.weight_kg, options.height_cm, options.sex)
    return both_weights(calculation.protocol, calculation.dose.amount, body, library)


def document(calculation: Calculation, weights: BothWeights | None = None) -> Document:
    """One calculation as JSON; numbers to six significant digits."""
    volume, infusion = calculation.volume, calculation.infusion
    return {
        "protocol": calculation.protocol.id,
        "dose": {"amount": calculation.dose.amount, "unit": calculation.dose.unit, "when": calculation.dose.when},
        "total_mg": rounded(calculation.total_mg),
        "devices": calculation.devices,
        "volume": None
        if volume is None
        else {
            "exact_mL": rounded(volume.exact_mL),
            "rounded_mL": rounded(volume.rounded_mL),
            "holds_mg": rounded(volume.holds_mg),
        },
        "infusion": None
        if infusion is None
        else {
            "minutes": infusion.minutes,
            "mg_per_min": rounded(infusion.mg_per_min),
            "mL_per_h": None if infusion.mL_per_h is None else rounded(infusion.mL_per_h),
        },
        "weight_basis": calculation.protocol.weight_basis or None,
        "by_both_weights": None if weights is None else _both(weights),
        "arithmetic": [str(step) for step in calculation.arithmetic],
        "sources": [cited(citation) for citation in calculation.citations],
        "notice": NOTICE,
    }


def _both(weights: BothWeights) -> Document:
    ideal_kg, ideal_mg = weights.ideal_kg, weights.ideal_mg
    return {
        "bmi_kg_per_m2": rounded(weights.mass_index),
        "actual_kg": rounded(weights.actual_kg),
        "actual_mg": rounded(weights.actual_mg),
        "ideal_kg": None if ideal_kg is None else rounded(ideal_kg),
        "ideal_mg": None if ideal_mg is None else rounded(ideal_mg),
        "said": str(weights.said),
        "sources": [cited(citation) for citation in weights.citations],
    }


def _show(library: Library, calculation: Calculation, weights: BothWeights | None) -> None:
    console = Console(highlight=False)
    console.print(Text(calculation.protocol.name, style="bold"))
    for step in calculation.arithmetic:
        console.print(Padding(Text(str(step)), (0, 0, 0, 2)))
    if weights is not None:
        console.print(Padding(Text(str(weights.said)), (0, 0, 0, 2)))
    console.print(Padding(Text(f"When: {calculation.dose.when}."), (0, 0, 0, 2)))
    for topic, rule in rules_of(library, calculation.protocol):
        if topic in BESIDE_A_DOSE:
            partly = " (in part unverified)" if rule.weakest_grade is Grade.MEMORY else ""
            console.print(Padding(Text(f"{topic.capitalize()}: {rule.statement}{partly}", style="dim"), (0, 0, 0, 2)))
    for citation in (*calculation.citations, *(weights.citations if weights else ())):
        line = f"- {citation.source.citation}, {citation.locator} ({citation.grade})"
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
    console.print(Padding(Text(NOTICE), (1, 0, 0, 0)))
