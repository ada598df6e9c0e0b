"""`ketaminder models`: list them, show one with every number, compare them on a scenario or with what was published."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ketaminder import __version__
from ketaminder.cli import curves, files, own_data
from ketaminder.cli.documents import NOTICE, Document, rounded, texts
from ketaminder.cli.scenario import read
from ketaminder.cli.simulate import compared, exposures_table, model_document
from ketaminder.pharmacology import Model, discover, influence_report
from ketaminder.pharmacology.dosing import DEVICE_MG
from ketaminder.pharmacology.exchange import sbml
from ketaminder.pharmacology.model import Parameter
from ketaminder.pharmacology.population import covariates, typical_person
from ketaminder.pharmacology.question import Scenario, answers, standing_in
from ketaminder.pharmacology.truth import WITHIN, Scored, scored, scored_later
from ketaminder.pharmacology.truth_report import report
from ketaminder.pharmacology.validity import Claim
from ketaminder.terms import Dose, Patient, Refused, Route

EXAMPLE_INFUSION_H = 40 / 60


def models(options: argparse.Namespace) -> int:
    """`options.action` one of `ACTIONS`; `options.what` the id or the scenario file; `options.json`."""
    ACTIONS[options.action](options)
    return 0


def _list(options: argparse.Namespace) -> None:
    if options.json:
        files.print_json({"models": [about(model) for model in discover()]})
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("id", "blood", "answers for"):
        table.add_column(heading, overflow="fold")
    for model in discover():
        table.add_row(model.id, model.matrix, "; ".join(_claim(claim) for claim in model.validity.claims))
    Console(highlight=False).print(table)


def _claim(claim: Claim) -> str:
    return f"{claim.drug} {claim.route} {claim.sampling} (place {claim.place})"


def about(model: Model) -> Document:
    """One model in a line: what it is and what it answers."""
    return {
        **model_document(model),
        "source": model.source.citation,
        "claims": [
            {"drug": claim.drug, "route": claim.route, "sampling": claim.sampling, "place": claim.place}
            for claim in model.validity.claims
        ],
    }


def named(name: str | None) -> Model:
    """The model with this id, or a refusal that lists them."""
    found = {model.id: model for model in discover()}
    if name not in found:
        raise Refused("models ID", name, f"one of {', '.join(found)}")
    return found[name]


def _show(options: argparse.Namespace) -> None:
    model = named(options.what)
    if options.json:
        files.print_json(in_full(model))
        return
    console = Console(highlight=False)
    console.print(Text(f"\n{model.title}", style="bold"))
    for line in (model.source.citation, model.population, f"Measured in {model.matrix}.", model.validity.use_for):
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    console.print(_numbers(model))
    for message in (*model.validity.not_for, *model.assumptions, *(conflict.text for conflict in model.conflicts)):
        console.print(Padding(Text(f"- {message}"), (0, 0, 0, 2)))


def _numbers(model: Model) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("parameter", "value", "unit", "meaning", "where, and how it was read"):
        table.add_column(heading, overflow="fold")
    for one in (*model.parameters, *model.effects, *model.residual):
        where = f"{one.citation.source.id}: {one.citation.locator} ({one.citation.grade})"
        table.add_row(one.name, f"{one.value:.6g}", one.unit, f"{one.meaning} {one.note}".strip(), where)
    for block in model.variability:
        table.add_row(", ".join(block.parameters), "", "", f"between people: {block.printed}", block.citation.locator)
    return table


def in_full(model: Model) -> Document:
    """Every number of a model with its place and grade, and everything that is said of it."""
    return {
        **about(model),
        "population": model.population,
        "use_for": model.validity.use_for,
        "not_for": texts(model.validity.not_for),
        "parameters": [_parameter(one) for one in model.parameters],
        "effects": [_parameter(one) for one in model.effects],
        "residual": [_parameter(one) for one in model.residual],
        "between_people": [
            {"parameters": list(block.parameters), "printed": block.printed, "locator": block.citation.locator}
            for block in model.variability
        ],
        "assumptions": texts(model.assumptions),
        "conflicts": texts(conflict.text for conflict in model.conflicts),
        "errata": list(model.errata),
        "sources": [{"id": source.id, "citation": source.citation} for source in model.sources],
    }


def _parameter(one: Parameter) -> Document:
    return {
        "name": one.name,
        "value": one.value,
        "unit": one.unit,
        "meaning": one.meaning,
        "note": one.note,
        "source": one.citation.source.id,
        "locator": one.citation.locator,
        "grade": one.citation.grade,
    }


def _compare(options: argparse.Namespace) -> None:
    if options.what is None:
        raise Refused("models compare SCENARIO.json", None, "a scenario file, as `simulate` takes it")
    given = answers(read(files.read_text(Path(options.what))).scenario)
    if options.json:
        files.print_json({"ketaminder": __version__, **compared(given), "notice": NOTICE})
        return
    console = Console(highlight=False)
    for one in given:
        console.print(Text(f"\n{one.claim.place}. {one.model.title}, {one.model.matrix}", style="bold"))
        console.print(exposures_table(one))
    _said(console, "Read this", [line for one in given for line in texts(one.warnings)])
    _said(console, "Assumed", [line for one in given for line in texts(one.assumed)])
    _said(console, "Sources", [one.model.source.citation for one in given])
    console.print(Text(f"\n{NOTICE}"))


def _said(console: Console, title: str, lines: Sequence[str]) -> None:
    console.print(Text(f"\n{title}", style="bold"))
    for line in dict.fromkeys(lines):
        console.print(Padding(Text(f"- {line}"), (0, 0, 0, 2)))


def _truth(options: argparse.Namespace) -> None:
    if options.json:
        files.print_json({"ketaminder": __version__, "within": list(WITHIN), "values": list(_every_value())})
    else:
        print(report(), end="")


def _every_value() -> Iterator[Document]:
    for tried, several in (("when chosen", scored()), ("later", scored_later())):
        for one in several:
            yield {"tried": tried, **_value(one)}


def _value(one: Scored) -> Document:
    """A published value beside what the claiming model says of it: ng/mL, ng.h/mL or h; null where none claims it."""
    return {
        "source": one.study.source.citation,
        "arm": one.arm.id,
        "analyte": one.point.analyte,
        "measure": one.point.measure,
        "hour": rounded(one.point.hour),
        "published": one.point.value,
        "model": one.model and one.model.id,
        "simulated": rounded(one.simulated) if one.model else None,
        "fold": rounded(one.fold) if one.model else None,
        "standing": one.standing,
        "locator": one.arm.citation.locator,
        "grade": one.arm.citation.grade,
    }


def _influences(_options: argparse.Namespace) -> None:
    print(influence_report.report(), end="")


def _export(options: argparse.Namespace) -> None:
    model = named(options.what)
    if options.sbml is None:
        raise Refused("models export --sbml OUT", None, "a file to write")
    files.each_its_own(options.scenario, sbml=options.sbml)
    scenario = read(files.read_text(options.scenario)).scenario if options.scenario else example(model)
    _check_exported(model, scenario)
    person, stand_ins = standing_in(model, scenario.patient)
    _, assumed = covariates(model, person)
    doses = sorted(scenario.doses, key=lambda dose: dose.time_h)
    written = sbml.export(model, typical_person(model, person), doses, (*stand_ins, *assumed))
    files.write_whole("--sbml", options.sbml, written)


def _check_exported(model: Model, scenario: Scenario) -> None:
    """A document holds one person whose covariates stay, and the model's own blood."""
    if scenario.changes:
        hours = [one.time_h for one in scenario.changes]
        raise Refused("scenario.measured", hours, "nothing measured anew: an SBML document holds one set of parameters")
    sites = {claim.sampling for claim in model.validity.claims}
    if scenario.sampling is not None and scenario.sampling not in sites:
        claimed = " or ".join(sorted(sites))
        raise Refused("scenario.sampling", str(scenario.sampling), f"the blood that {model.title} claims: {claimed}")


def _vpc(options: argparse.Namespace) -> None:
    own_data.vpc(named(options.what), options)


def _fit(options: argparse.Namespace) -> None:
    own_data.fitted(named(options.what), options)


def example(model: Model) -> Scenario:
    """What a model is exported with where nobody says more: 28 mg, by the first way in that it claims.

    28 mg is one nasal device, the only nasal dose there is. An example, no recommendation.
    """
    claim = model.validity.claims[0]
    duration_h = EXAMPLE_INFUSION_H if claim.route is Route.INTRAVENOUS else 0.0
    return Scenario((Dose(claim.drug, claim.route, DEVICE_MG, 0.0, duration_h),), Patient("typical person"))


ACTIONS = {
    "list": _list,
    "show": _show,
    "compare": _compare,
    "truth": _truth,
    "curves": curves.show,
    "influences": _influences,
    "export": _export,
    "vpc": _vpc,
    "fit": _fit,
}
