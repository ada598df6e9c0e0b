"""What each command accepts."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from ketaminder import __version__
from ketaminder.cli import clinic_arguments, commands, trial_arguments
from ketaminder.terms import Drug, Indication, Phase, Product, Region, Route, Sex

RECORD = """FILE is a FHIR R4 Bundle about one patient, or one case form (JSON). Exit 0: answered, whatever the clinical
answer. Exit 2: the file cannot be read safely; the error quotes what was found and says what was required."""


def parser() -> argparse.ArgumentParser:
    """The command line of `ketaminder`."""
    root = argparse.ArgumentParser(
        prog="ketaminder",
        description="Supervised ketamine and esketamine treatment. Informs clinicians, who decide; never doses.",
    )
    root.add_argument("--version", action="version", version=f"ketaminder {__version__}")
    subcommands = root.add_subparsers(required=True, metavar="COMMAND")
    _assess(subcommands)
    _plan(subcommands)
    _demo(subcommands)
    clinic_arguments.clinic(subcommands)
    clinic_arguments.audit(subcommands)
    clinic_arguments.keeping(subcommands)
    _batch(subcommands)
    _evidence(subcommands)
    _protocols(subcommands)
    _dose(subcommands)
    _score(subcommands)
    _simulate(subcommands)
    _models(subcommands)
    trial_arguments.trial(subcommands)
    trial_arguments.calibrate(subcommands)
    return root


def _assess(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser("assess", help="examine one case against the cited criteria", description=RECORD)
    _record(command)
    command.set_defaults(run=commands.assess)


def _plan(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "plan", help="assess one case and compare the protocols that remain, with curves", description=RECORD
    )
    _record(command)
    command.add_argument("--html", type=Path, metavar="OUT", help="also write one self-contained page with charts")
    command.set_defaults(run=commands.plan)


def _demo(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser("demo", help="open a demonstration clinic with fifty invented people")
    command.add_argument(
        "--port", type=clinic_arguments.port, default=8000, help="port on this machine (default 8000; 0: any free one)"
    )
    command.add_argument(
        "--once", type=Path, metavar="DIR", help="write the six example records as static pages into DIR and exit"
    )
    command.add_argument("--on", type=_day, metavar="DATE", help="fix today, as YYYY-MM-DD")
    command.set_defaults(run=commands.demo)


def _batch(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser("batch", help="assess many records and count the answers")
    _records(command)
    command.set_defaults(run=commands.batch)


def _records(command: argparse.ArgumentParser) -> None:
    command.add_argument("records", type=Path, metavar="RECORDS", help="a folder of JSON files, or JSON Lines")
    command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    _reading(command)


def _protocols(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser("protocols", help="the published schedules: list them, or show one")
    _choosing(command)
    command.set_defaults(run=commands.protocols, id=None)
    views = command.add_subparsers(metavar="{list, show ID}")
    # Suppressed defaults: what stands before the view holds unless it is said again after it.
    _choosing(views.add_parser("list", help="every schedule", argument_default=argparse.SUPPRESS))
    show = views.add_parser("show", help="one schedule whole", argument_default=argparse.SUPPRESS)
    show.add_argument("id", metavar="ID", help="the id of a schedule, as esketamine_trd_us")
    _json(show)


def _choosing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--region", type=Region, choices=list(Region), help="whose label governs")
    command.add_argument("--indication", type=Indication, choices=list(Indication), help="what the treatment is for")
    command.add_argument("--product", type=Product, choices=list(Product), help="the product")
    _json(command)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--json",
        action="store_true",
        default=command.argument_default or False,
        help="print one JSON document and nothing else",
    )


def _dose(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "dose",
        help="compute a dose that a protocol permits",
        description="Refuses what lies outside the protocol and shows its arithmetic. The prescriber names the dose.",
    )
    command.add_argument("protocol", metavar="PROTOCOL", help="the id of a schedule, as ketamine_iv_trd")
    command.add_argument("--dose", type=float, required=True, help="the amount that the prescriber names")
    command.add_argument("--unit", required=True, help="its unit: mg or mg/kg")
    command.add_argument("--weight-kg", type=float, help="the measured body weight")
    command.add_argument(
        "--height-cm", type=float, help="the measured height: at a high body mass index both weights show"
    )
    command.add_argument("--sex", type=Sex, choices=list(Sex), help="for the ideal weight beside the actual one")
    command.add_argument("--concentration-mg-per-ml", type=float, help="as printed on the vial in the hand")
    command.add_argument("--minutes", type=float, help="the infusion time")
    command.add_argument("--diluted-to-ml", type=float, help="the whole volume in the pump")
    command.add_argument("--session", type=int, help="the number of the session")
    command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    command.set_defaults(run=commands.dose)


def _score(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "score",
        help="score one answer sheet of a rating scale",
        description='FILE is {"answers": {item: answer}, "context": {…}}, by item number; no item wording is printed.',
    )
    command.add_argument("scale", metavar="SCALE", help="the scale, as PHQ-9 or MOAA/S")
    command.add_argument("file", type=Path, metavar="FILE", help="the answer sheet (JSON); - for standard input")
    command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    command.set_defaults(run=commands.score)


def _simulate(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "simulate",
        help="follow a dose through the published models",
        description="FILE says drug, route and dose_mg (an infusion duration_min too); the rest is assumed, and said.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="a scenario (JSON); - for standard input")
    command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    command.add_argument("--plot", type=Path, metavar="OUT", help="also draw the curves, as SVG")
    command.add_argument("--parquet", type=Path, metavar="OUT", help="also write them as a table (extra `science`)")
    command.set_defaults(run=commands.simulate)


def _models(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser("models", help="the published models: list, show one, compare them, hold to data")
    views = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, purpose, what in (
        ("list", "every model and the questions that it answers", None),
        ("show", "one model with every number, its place and its grade", "ID"),
        ("compare", "what each model says of a scenario", "SCENARIO"),
        ("truth", "every published exposure beside what the models say of it", None),
        ("curves", "every published curve beside what the models say of it", None),
        ("influences", "what changes exposure", None),
        ("export", "one model as SBML, for other programs (extra `science`)", "ID"),
        ("vpc", "a visual predictive check of one model against your own data", "ID"),
        ("fit", "parameters of one model fitted to your own data", "ID"),
    ):
        view = views.add_parser(name, help=purpose, description=f"{purpose[:1].upper()}{purpose[1:]}.")
        view.set_defaults(run=commands.models)
        if what:
            said = "the id of a model, as otto_2021" if what == "ID" else "a scenario (JSON), as `simulate` takes it"
            view.add_argument("what", metavar=what, help=said)
        if name not in ("influences", "export"):
            _json(view)
        if name in ("curves", "vpc"):
            view.add_argument("--plot", type=Path, metavar="OUT", help="also draw them, as SVG")
    _export(views.choices["export"])
    _check(views.choices["vpc"])
    _fit(views.choices["fit"])


def _export(view: argparse.ArgumentParser) -> None:
    view.add_argument("--sbml", type=Path, metavar="OUT", required=True, help="the SBML file to write")
    view.add_argument("--scenario", type=Path, metavar="FILE", help="whom and which doses, as `simulate` takes them")


def _check(view: argparse.ArgumentParser) -> None:
    _own_data(view)
    view.add_argument("--output", type=int, default=1, metavar="DVID", help="the output to check (default 1)")
    view.add_argument("--replicates", type=int, default=500, metavar="N", help="how many (default 500)")
    view.add_argument("--prediction-corrected", action="store_true", help="scale to the typical prediction")


def _fit(view: argparse.ArgumentParser) -> None:
    _own_data(view)
    view.add_argument("--estimate", action="append", metavar="NAME", required=True, help="a parameter; may be repeated")
    view.add_argument("--each", action="store_true", help="every person alone")


def _own_data(view: argparse.ArgumentParser) -> None:
    view.add_argument(
        "--data", type=Path, metavar="FILE", required=True, help="NONMEM-style records (CSV); - for standard input"
    )
    view.add_argument("--drug", type=Drug, choices=list(Drug), help="what every dose holds")
    view.add_argument("--route", type=Route, choices=list(Route), help="of doses that name neither ROUTE nor CMT")
    view.add_argument("--drop", action="append", metavar="COLUMN", help="a column that is not read; may be repeated")
    view.add_argument("--blq", choices=["M1", "M3"], default="M3", help="values below LLOQ: left out, or kept as below")


def _evidence(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser("evidence", help="read and review the cited criteria")
    views = command.add_subparsers(dest="view", required=True, metavar="VIEW")
    for name, purpose in (
        ("list", "every rule, with its action, region and grade"),
        ("show", "one rule with its criteria and sources"),
        ("unverified", "every value that was only recalled, over all that is published"),
        ("review", "the rules whose review is due"),
        ("book", "the rule book, as Markdown"),
    ):
        view = views.add_parser(name, help=purpose)
        view.set_defaults(run=commands.evidence)
        if name == "show":
            view.add_argument("id", metavar="ID", help="a rule or criterion, as B-BP-01 or B-BP-01.systolic_mmHg")
        if name == "review":
            view.add_argument("--on", type=_day, metavar="DATE", help="fix today, as YYYY-MM-DD")
        if name != "book":
            view.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    changes = views.add_parser("changes", help="the records whose result an older evidence would change")
    changes.add_argument("old", type=Path, metavar="OLD", help="a folder with the older evidence")
    _records(changes)
    changes.set_defaults(run=commands.changes)


def _record(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a FHIR R4 Bundle or a case form; - for standard input"
    )
    command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    command.add_argument("--all", action="store_true", help="also print the findings that only inform")
    _reading(command)


def _reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--on", type=_day, metavar="DATE", help="fix today, as YYYY-MM-DD")
    command.add_argument("--region", type=Region, choices=list(Region), help="whose label governs")
    command.add_argument("--product", type=Product, choices=list(Product), help="the product in question")
    command.add_argument("--phase", type=Phase, choices=list(Phase), help="where the patient stands in the course")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"got {text!r}; required: a date as YYYY-MM-DD") from None
