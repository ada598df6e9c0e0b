"""`ketaminder models vpc` and `models fit`: a model held against, or fitted to, a user's own data set."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ketaminder import __version__
from ketaminder.cli import files
from ketaminder.cli.documents import Document, rounded
from ketaminder.cli.vpc_plot import svg
from ketaminder.pharmacology import Model
from ketaminder.pharmacology.exchange.censoring import Censoring
from ketaminder.pharmacology.exchange.fit import NO_EVIDENCE, NOT_MIXED_EFFECTS, Estimate, Fit, fit
from ketaminder.pharmacology.exchange.records import Person
from ketaminder.pharmacology.exchange.table import read
from ketaminder.pharmacology.exchange.vpc import PERCENTILES, Asked, Bin, Check, check
from ketaminder.terms import Drug, Refused

SEED = 20_260_101
"""The same data give the same bytes."""
MOST_REPLICATES = 5000


def vpc(model: Model, options: argparse.Namespace) -> None:
    """The predictive check of `model` against `options.data`, printed, and drawn where `options.plot` says."""
    files.each_its_own(options.data, plot=options.plot)
    if not 1 <= options.replicates <= MOST_REPLICATES:
        raise Refused("--replicates", options.replicates, f"a whole number from 1 to {MOST_REPLICATES}")
    asked = Asked(
        drug=_drug(model, options.drug),
        output=options.output,
        replicates=options.replicates,
        corrected=options.prediction_corrected,
        censoring=Censoring(options.blq),
    )
    found = check(model, _people(options), asked, SEED)
    if options.plot is not None:
        files.write_whole("--plot", options.plot, svg(found, _analyte(found)))
    if options.json:
        files.print_json(check_document(found))
    else:
        _show_check(found)


def fitted(model: Model, options: argparse.Namespace) -> None:
    """The fits of `options.estimate` to `options.data`: pooled, or one a person with `options.each`."""
    people, drug = _people(options), _drug(model, options.drug)
    groups = [(one,) for one in people] if options.each else [people]
    found = [(group, fit(model, group, drug, options.estimate or [], Censoring(options.blq))) for group in groups]
    if options.json:
        files.print_json(fits_document(model, found))
    else:
        _show_fits(model, found)


def _people(options: argparse.Namespace) -> tuple[Person, ...]:
    if options.data is None:
        raise Refused("--data FILE", None, "a data set (CSV) with NONMEM-style records")
    return read(files.read_text(Path(options.data)), options.route, options.drop or ())


def _drug(model: Model, drug: Drug | None) -> Drug:
    served = tuple(model.enantiomers)
    if drug is None and len(served) == 1:
        return served[0]
    if drug not in served:
        raise Refused("--drug", drug and str(drug), f"what the doses hold: {' or '.join(served)}")
    return drug


def _analyte(found: Check) -> str:
    """What was measured: of one enantiomer its own name, of a racemate that of the sum."""
    output = tuple(found.model.structure.outputs)[found.asked.output - 1]
    enantiomers = found.model.enantiomers[found.asked.drug]
    return enantiomers[0].names[output] if len(enantiomers) == 1 else output


def check_document(found: Check) -> Document:
    """What `ketaminder models vpc --json` prints. A value below the limit of quantification is null."""
    asked = found.asked
    return {
        "ketaminder": __version__,
        "model": found.model.id,
        "drug": asked.drug,
        "analyte": _analyte(found),
        "replicates": asked.replicates,
        "seed": SEED,
        "prediction_corrected": asked.corrected,
        "below_limit": asked.censoring,
        "unit": "ng/mL",
        "inside": rounded(found.inside),
        "bins": [_bin(one) for one in found.bins],
    }


def _bin(one: Bin) -> Document:
    return {
        "from_h": one.from_h,
        "to_h": one.to_h,
        "observations": one.size,
        "below_limit": {"observed": rounded(one.below), "simulated": [_known(x) for x in one.simulated_below.tolist()]},
        "percentiles": {
            f"p{100 * share:02.0f}": {
                "observed": _known(float(one.observed[n])),
                "simulated": [_known(x) for x in one.simulated[n].tolist()],
                "inside": one.inside[n],
            }
            for n, share in enumerate(PERCENTILES)
        },
    }


def _known(value: float) -> float | None:
    return rounded(value) if math.isfinite(value) else None


def _show_check(found: Check) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("hours", "n", *(f"{100 * share:.0f}th observed, simulated 95%" for share in PERCENTILES)):
        table.add_column(heading, justify="right")
    for one in found.bins:
        table.add_row(f"{one.from_h:g}-{one.to_h:g}", str(one.size), *(_cell(one, n) for n in range(len(PERCENTILES))))
    console = Console(highlight=False)
    console.print(Text(f"\n{found.model.title}: {100 * found.inside:.0f}% of percentiles inside", style="bold"))
    console.print(table)
    console.print(
        Text("About 95% lie inside where the model is right. * outside; < below the limit of quantification.")
    )


def _cell(one: Bin, n: int) -> str:
    observed, low, high = (_short(float(x)) for x in (one.observed[n], one.simulated[n][0], one.simulated[n][2]))
    return f"{observed} {low}-{high}{'' if one.inside[n] else ' *'}"


def _short(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "<"


def fits_document(model: Model, found: Sequence[tuple[Sequence[Person], Fit]]) -> Document:
    """What `ketaminder models fit --json` prints. The end of an interval that the data leave open is null."""
    return {
        "ketaminder": __version__,
        "model": model.id,
        "fits": [{"people": [one.patient.identifier for one in people], **_fit(result)} for people, result in found],
        "notice": [str(NOT_MIXED_EFFECTS), str(NO_EVIDENCE)],
    }


def _fit(result: Fit) -> Document:
    return {
        "converged": result.converged,
        "determined": result.determined,
        "observations": result.observations,
        "below_limit": result.below_limit,
        "residual_sd_of_log": rounded(result.residual_sd),
        "minus_two_log_likelihood": rounded(result.minus_two_log_likelihood),
        "estimates": {one.name: _estimate(one) for one in result.estimates},
    }


def _estimate(one: Estimate) -> Document:
    return {
        "published": rounded(one.published),
        "value": _known(one.value),
        "interval_95": [_known(one.low), _known(one.high)],
    }


def _show_fits(model: Model, found: Sequence[tuple[Sequence[Person], Fit]]) -> None:
    units = {one.name: one.unit for one in model.parameters}
    console = Console(highlight=False)
    for people, result in found:
        whom = f"{len(people)} people" if len(people) > 1 else people[0].patient.identifier
        console.print(Text(f"\n{model.title}, {whom}: {result.observations} observations", style="bold"))
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for heading in ("parameter", "published", "fitted", "95% interval", "unit"):
            table.add_column(heading)
        for one in result.estimates:
            interval = f"{one.low:.4g} to {one.high:.4g}" if result.determined else "not determined by these data"
            table.add_row(one.name, f"{one.published:.4g}", f"{one.value:.4g}", interval, units[one.name])
        console.print(table)
        ended = "" if result.converged else " The search did not end at a minimum."
        console.print(Text(f"Residual SD on the natural log: {result.residual_sd:.3g}.{ended}"))
    console.print(Text(f"\n{NOT_MIXED_EFFECTS} {NO_EVIDENCE}"))
