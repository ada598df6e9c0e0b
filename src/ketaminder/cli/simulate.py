"""`ketaminder simulate`: what a dose does in a typical person, by every model that claims to know."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ketaminder import __version__
from ketaminder.cli import files, plot
from ketaminder.cli.asked import covariates_document, not_given, scenario_document
from ketaminder.cli.documents import (
    NOTICE,
    REPORTED,
    Document,
    curve_document,
    exposure_document,
    numbers,
    rounded,
    texts,
)
from ketaminder.cli.followed import SEED, differ, drawn_for
from ketaminder.cli.influences import influence_document, influence_line
from ketaminder.cli.scenario import Asked, read
from ketaminder.pharmacology import Model, Simulation
from ketaminder.pharmacology.changing import person
from ketaminder.pharmacology.effect_site import ANALYTE, AtTheSite, effect_sites
from ketaminder.pharmacology.exchange.results import parquet
from ketaminder.pharmacology.kinetics import Following, exposures_of
from ketaminder.pharmacology.question import Answer, Scenario, Spread, answers, spread
from ketaminder.pharmacology.simulation import people_outside
from ketaminder.terms import Message, Source


def simulate(options: argparse.Namespace) -> int:
    """Run one scenario: `options.file`, `options.json`, and `options.plot` and `options.parquet`, paths or None."""
    files.each_its_own(options.file, plot=options.plot, parquet=options.parquet)
    asked = read(files.read_text(options.file))
    given = answers(asked.scenario)
    drawn = drawn_for(asked, given[0], banded=bool(options.plot or options.parquet))
    table = None if options.parquet is None else parquet(drawn, _beside(asked, given[0], drawn))
    if options.plot is not None:
        files.write_whole("--plot", options.plot, plot.svg(drawn, _shown(drawn)))
    if table is not None:
        files.write_whole("--parquet", options.parquet, table)
    if options.json:
        files.print_json(simulation_document(asked, given, drawn))
    else:
        _show(given, asked, drawn)
    return 0


def _beside(asked: Asked, first: Answer, drawn: Simulation) -> dict[str, list[str]]:
    """What a table of curves says of them, besides the numbers."""
    return {
        "assumed": _assumed(asked, first, drawn),
        "warnings": _warnings(asked, first, drawn),
        "sources": [source.citation for source in _sources(asked, first)],
    }


def _assumed(asked: Asked, first: Answer, drawn: Simulation) -> list[str]:
    return texts((*first.assumed, *not_given(asked, first.model, drawn.people)))


def _shown(drawn: Simulation) -> tuple[str, ...]:
    """What was given and its metabolite, where the model has one."""
    return tuple(name for name in drawn.leading if name in drawn.analytes)


def simulation_document(asked: Asked, given: Sequence[Answer], drawn: Simulation) -> Document:
    """What `ketaminder simulate --json` prints."""
    first = given[0]
    return {
        "ketaminder": __version__,
        "scenario": scenario_document(asked, first),
        "exposures": exposures_document(first),
        **_each_start(asked, first),
        "bands": _bands(asked, drawn),
        "model": model_document(first.model),
        **compared(given),
        "effect_sites": [_effect_site(one) for one in effect_sites(asked.scenario)],
        **_influences(asked, first),
        **_acute(asked),
        "assumed": _assumed(asked, first, drawn),
        "warnings": _warnings(asked, first, drawn),
        "sources": [
            {"id": source.id, "citation": source.citation, "identifiers": dict(source.identifiers)}
            for source in _sources(asked, first)
        ],
        "notice": NOTICE,
    }


def _acute(asked: Asked) -> Document:
    if not asked.acute:
        return {}
    # Its distributions double the time that the command takes to start.
    from ketaminder.cli.acute import acute_document

    return {"acute": acute_document(asked.scenario)}


def _acute_lines(asked: Asked) -> Iterable[str]:
    if not asked.acute:
        return ()
    from ketaminder.cli.acute import acute_lines

    return acute_lines(asked.scenario)


def _warnings(asked: Asked, first: Answer, drawn: Simulation) -> list[str]:
    outside = people_outside(drawn.model, drawn.covariates)
    return texts((*first.warnings, *outside, *_no_bands(asked, first.model)))


def _sources(asked: Asked, first: Answer) -> tuple[Source, ...]:
    return (*first.model.sources, *((asked.adults.citation.source,) if asked.adults else ()))


def _each_start(asked: Asked, first: Answer) -> Document:
    """Exposures in the 24 h after every start, where something was measured anew during the course."""
    scenario = asked.scenario
    if not scenario.changes:
        return {}
    following = person(first.model, first.patient, scenario.changes, scenario.doses)
    return {"after_each_start": [_start(following, scenario, start) for start in asked.starts_h]}


def _start(following: Following, scenario: Scenario, start_h: float) -> Document:
    found = exposures_of(following, scenario.doses, start_h)
    return {
        "time_h": start_h,
        "exposures": {name: exposure_document(found[name]) for name in REPORTED if name in found},
    }


def _influences(asked: Asked, first: Answer) -> Document:
    """Said only where it is asked for."""
    found = [influence_document(one, first, asked.scenario) for one in asked.influences]
    return {"influences": found} if found else {}


def compared(given: Sequence[Answer]) -> Document:
    """Every model that claims the question, and how far they disagree."""
    return {
        "models": [
            {
                **model_document(one.model),
                "place": one.claim.place,
                "exposures": exposures_document(one),
                "assumed": texts(one.assumed),
                "warnings": texts(one.warnings),
                "source": one.model.source.citation,
            }
            for one in given
        ],
        "fold_spread": {name: _fold(one) for name, one in spread(given).items() if name in REPORTED},
    }


def model_document(model: Model) -> Document:
    """Which model speaks, in which blood, and whether anybody published it."""
    return {"id": model.id, "title": model.title, "matrix": model.matrix, "derived": model.derived_by_us}


def exposures_document(given: Answer) -> Document:
    """The typical person's exposures in the first 24 h, by analyte."""
    return {name: exposure_document(given.exposures[name]) for name in REPORTED if name in given.exposures}


def _effect_site(one: AtTheSite) -> Document:
    """A published delay behind arterial plasma; `half_effect` and the share of it are null where none was estimated."""
    half, share = one.site.half_effect_ng_per_mL, one.of_half_effect
    return {
        "id": one.site.id,
        "endpoint": one.site.endpoint,
        "follows": f"{ANALYTE}, arterial, {one.model.id}",
        "half_life_min": one.site.half_life.value,
        "cmax": rounded(one.exposure.cmax_ng_per_mL),
        "tmax_h": rounded(one.exposure.tmax_h),
        "half_effect": None if half is None else rounded(half),
        "cmax_over_half_effect": None if share is None else rounded(share),
        "source": one.site.half_life.citation.source.citation,
        "grade": one.site.half_life.citation.grade,
    }


def _fold(one: Spread) -> Document:
    return {"models": one.models, "cmax": rounded(one.cmax_fold), "auc_24h": rounded(one.auc_24h_fold)}


def _bands(asked: Asked, drawn: Simulation) -> Document | None:
    if asked.population is None or not differ(asked, drawn.model):
        return None
    return {
        "people": drawn.people,
        "seed": SEED,
        **covariates_document(asked, drawn.covariates),
        "unit": "ng/mL",
        "times_h": numbers(drawn.times_h),
        "analytes": {name: curve_document(drawn.analytes[name].curve) for name in REPORTED if name in drawn.analytes},
    }


def _no_bands(asked: Asked, model: Model) -> tuple[Message, ...]:
    if asked.population is None or differ(asked, model):
        return ()
    return (Message("{model} knows no differences between people: no band is drawn.", model=model.title),)


def _show(given: Sequence[Answer], asked: Asked, drawn: Simulation) -> None:
    console = Console(highlight=False)
    first = given[0]
    console.print(Text(f"\n{first.model.title}, {first.model.matrix}: typical person, first 24 h", style="bold"))
    console.print(exposures_table(first))
    if len(given) > 1:
        console.print(Text("\nOther models of the same question", style="bold"))
        for other in given[1:]:
            console.print(Padding(Text(f"{other.model.title}, {other.model.matrix}"), (1, 0, 0, 2)))
            console.print(Padding(exposures_table(other), (0, 0, 0, 2)))
        console.print(_spread_text(given))
    _list(console, "At the effect site", map(_site_line, effect_sites(asked.scenario)))
    _list(console, "What changes exposure", [influence_line(one, first, asked.scenario) for one in asked.influences])
    _list(console, "In the hours of the first session", _acute_lines(asked))
    _list(console, "Read this", _warnings(asked, first, drawn))
    _list(console, "Assumed", _assumed(asked, first, drawn))
    _list(console, "Sources", (source.citation for source in _sources(asked, first)))
    console.print(Text(f"\n{NOTICE}"))


def _site_line(one: AtTheSite) -> str:
    share = one.of_half_effect
    half = "" if share is None else f", {share:.2g} times the concentration at half effect"
    return (
        f"{one.site.endpoint} ({one.site.id}, {one.model.title}): {ANALYTE} {one.exposure.cmax_ng_per_mL:.3g} ng/mL at "
        f"{one.exposure.tmax_h:.2f} h{half}"
    )


def exposures_table(given: Answer) -> Table:
    """The same for the terminal."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("", "peak, ng/mL", "at h", "AUC 0-24 h, ng·h/mL"):
        table.add_column(heading, justify="right" if heading else "left")
    for name in REPORTED:
        if name in given.exposures:
            one = given.exposures[name]
            table.add_row(name, f"{one.cmax_ng_per_mL:.3g}", f"{one.tmax_h:.2f}", f"{one.auc_24h_ng_h_per_mL:.3g}")
    return table


def _spread_text(given: Sequence[Answer]) -> Text:
    folds = [
        f"{name} peak {one.cmax_fold:.2f}-fold, area {one.auc_24h_fold:.2f}-fold"
        for name, one in spread(given).items()
        if name in REPORTED
    ]
    return Text(f"\nModels differ: {'; '.join(folds)}.")


def _list(console: Console, title: str, lines: Iterable[str]) -> None:
    found = list(dict.fromkeys(lines))
    if found:
        console.print(Text(f"\n{title}", style="bold"))
        for line in found:
            console.print(Padding(Text(f"- {line}"), (0, 0, 0, 2)))
