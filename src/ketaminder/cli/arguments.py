"""What each command accepts."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from ketaminder import __version__
from ketaminder.cli import commands
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
    _clinic(subcommands)
    _audit(subcommands)
    _keeping(subcommands)
    _batch(subcommands)
    _evidence(subcommands)
    _protocols(subcommands)
    _dose(subcommands)
    _score(subcommands)
    _simulate(subcommands)
    _models(subcommands)
    _trial(subcommands)
    _calibrate(subcommands)
    return root


def _trial(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser("trial", help="predict what a trial would measure, run it on virtual patients")
    views = command.add_subparsers(required=True, metavar="VIEW")
    predict = views.add_parser(
        "predict",
        help="predict every row of one trial, with intervals for a trial of that size",
        description="FILE is one trial: its sim_design says arms, doses, times and baselines; outcomes are ignored.",
    )
    predict.add_argument("file", type=Path, metavar="TRIAL.json", help="the trial (JSON); - for standard input")
    predict.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    predict.set_defaults(run=commands.predict_trial)
    _virtual(views)


def _virtual(views: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = views.add_parser(
        "run",
        help="run a trial on virtual patients, many times",
        description="Prints or writes what such a trial would report, with intervals over trials. A run that was "
        "interrupted goes on where it stopped, if OUT is the same.",
    )
    _running(run)
    run.add_argument("--people", type=int, metavar="N", help="people an arm, instead of those of the design")
    run.add_argument("--out", type=Path, metavar="OUT", help="write report, plots and summary into this folder")
    run.add_argument("--parquet", action="store_true", help="also write every virtual patient (extra `science`)")
    run.set_defaults(run=commands.run_trial)
    design = views.add_parser(
        "design",
        help="the power of a trial at several sizes; --rivals: whether it tells explanations apart",
        description="Runs the design at each size, and counts how often its primary comparison succeeds.",
    )
    _running(design)
    design.add_argument("--n", type=_sizes, default=[20, 40, 80, 160], metavar="N,N", help="people an arm")
    design.add_argument("--rivals", action="store_true", help="simulate it under each of the rival hypotheses too")
    design.set_defaults(run=commands.design_trial)
    listed = views.add_parser("designs", help="the designs that ship, published trials among them; or one as text")
    listed.add_argument("id", nargs="?", metavar="ID", help="print this one")
    listed.set_defaults(run=commands.list_designs)
    reproduce = views.add_parser(
        "reproduce",
        help="run what the docs say of virtual trials again: page and figures",
        description="Writes virtual-trials.md and its figures. The same version writes the same bytes.",
    )
    reproduce.add_argument("out", type=Path, metavar="OUT", help="the folder to write into")
    reproduce.add_argument("--workers", type=int, default=2, help="processes (default 2); the result is the same")
    reproduce.set_defaults(run=commands.reproduce_trials)


def _clinic(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "clinic",
        help="run a clinic of your own: its tables, its first administrator, its server",
        description="The environment says which database (KETAMINDER_DATABASE_URL) and which signing key "
        "(KETAMINDER_SECRET_KEY).",
    )
    views = command.add_subparsers(required=True, metavar="VIEW")
    key = views.add_parser("key", help="make the key of an encrypted database (sqlcipher:///…)")
    key.add_argument("out", type=Path, metavar="OUT", help="the file to make, readable by its owner alone")
    key.set_defaults(run=commands.clinic_key)
    migrate = views.add_parser("migrate", help="make the tables, or bring them up to this version")
    migrate.set_defaults(run=commands.migrate_clinic)
    grants = views.add_parser("grants", help="print the SQL that narrows a PostgreSQL role to what the server needs")
    grants.add_argument("role", metavar="ROLE", help="the role as which the server runs, not the tables' owner")
    grants.set_defaults(run=commands.clinic_grants)
    create = views.add_parser("create", help="make a clinic and invite its first administrator")
    create.add_argument("name", metavar="NAME", help="the clinic's name")
    create.add_argument("--region", required=True, choices=[one.value for one in Region], help="whose label governs")
    create.add_argument("--time-zone", default="UTC", metavar="ZONE", help="as Europe/Berlin (default UTC)")
    create.add_argument("--administrator", required=True, metavar="USERNAME", help="the user name to sign in with")
    create.add_argument("--administrator-name", required=True, metavar="NAME", help="the person's name")
    create.set_defaults(run=commands.create_clinic)
    serve = views.add_parser("serve", help="serve it on loopback, behind a proxy that speaks TLS")
    serve.add_argument("--host", default="127.0.0.1", metavar="HOST", help="address to listen on (default loopback)")
    serve.add_argument("--port", type=_port, default=8000, help="port on this machine (default 8000)")
    serve.add_argument("--workers", type=int, default=2, metavar="N", help="processes (default 2)")
    serve.set_defaults(run=commands.serve_clinic)


def _audit(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "audit",
        help="seal the audit trail and verify that it is whole",
        description="The environment says which database (KETAMINDER_DATABASE_URL), where heads are kept outside it "
        "(KETAMINDER_HEADS), and the key that signs or verifies them (KETAMINDER_HEAD_KEY).",
    )
    views = command.add_subparsers(required=True, metavar="VIEW")
    key = views.add_parser("key", help="make the key that signs heads")
    key.add_argument("out", type=Path, metavar="OUT", help="the file to make; OUT.pub verifies")
    key.set_defaults(run=commands.audit_key)
    seal = views.add_parser("seal", help="seal the head of the chain; run it every hour")
    seal.set_defaults(run=commands.seal_audit)
    verify = views.add_parser("verify", help="find edits, deletions, reorderings, a cut-off end, an old backup")
    verify.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    verify.set_defaults(run=commands.verify_audit)


def _keeping(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    key = subcommands.add_parser("backup-key", help="make the key that opens backups")
    key.add_argument("out", type=Path, metavar="OUT", help="the file to make; keep it away from the server")
    key.set_defaults(run=commands.backup_key)
    backup = subcommands.add_parser(
        "backup",
        help="back up a clinic's database while it works, encrypted",
        description="Encrypts to KETAMINDER_BACKUP_RECIPIENT (age), and seals the head of the audit chain.",
    )
    backup.add_argument("out", type=Path, metavar="OUT", help="the file to make")
    backup.set_defaults(run=commands.backup)
    restore = subcommands.add_parser(
        "restore",
        help="put a backup back, on SQLite or PostgreSQL",
        description="All or nothing: nothing is changed unless the whole file was read and its audit trail verifies.",
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="a file made by `ketaminder backup`")
    restore.add_argument("--key", type=Path, required=True, metavar="KEY", help="made by `ketaminder backup-key`")
    restore.add_argument("--replace", action="store_true", help="replace the rows that the database holds")
    restore.set_defaults(run=commands.restore)
    _erasing(subcommands)


def _erasing(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    erase = subcommands.add_parser("erase", help="empty one patient's chart by law; the audit trail still verifies")
    retention = subcommands.add_parser(
        "retention", help="list the charts kept for longer than the clinic signed; erases none"
    )
    for command in (erase, retention):
        command.add_argument("--clinic", required=True, metavar="NAME", help="the clinic")
        command.add_argument("--by", required=True, metavar="USERNAME", help="the administrator who answers for it")
    _exporting(subcommands)
    erase.add_argument("--patient", required=True, metavar="NUMBER", help="the clinic's number of the patient")
    erase.add_argument("--ground", required=True, choices=["retention", "request", "order"], help="on what ground")
    erase.set_defaults(run=commands.erase)
    retention.set_defaults(run=commands.retention)


def _exporting(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = subcommands.add_parser(
        "export",
        help="export a clinic, or one chart, in open formats with a data dictionary; or what research may see",
        description="JSON Lines, CSV, and documents as they were received. --research: only who consented to research, "
        "without names, numbers, true dates and free text.",
    )
    export.add_argument("out", type=Path, metavar="DIR", help="the folder to make")
    export.add_argument("--clinic", required=True, metavar="NAME", help="the clinic")
    export.add_argument("--by", required=True, metavar="USERNAME", help="who answers for it")
    export.add_argument("--patient", metavar="NUMBER", help="one chart, by the clinic's number")
    export.add_argument("--research", action="store_true", help="de-identified, by a researcher")
    export.add_argument(
        "--substance-use", action="store_true", help="also substance-use records whose disclosure was consented to"
    )
    export.set_defaults(run=commands.export)


def _running(command: argparse.ArgumentParser) -> None:
    command.add_argument("design", metavar="DESIGN", help="a design (TOML), - for standard input, or the id of one")
    command.add_argument("--replicates", type=int, default=200, metavar="R", help="how many trials (default 200)")
    command.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes (default 1)")
    command.add_argument("--fixed", action="store_true", help="take the constants as fitted; trials do not differ")
    command.add_argument("--workers", type=int, default=1, help="processes (default 1); the result is the same")
    command.add_argument("--dask", metavar="ADDRESS", help="a Dask scheduler instead (extra `cluster`)")
    command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(one) for one in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"got {text!r}; required: whole numbers, as 20,40,80") from None
    return sizes


def _calibrate(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subcommands.add_parser(
        "calibrate",
        help="fit the chain from dose to mood to the published trials again",
        description="Writes calibrated.json and calibration.md: constants with their joint uncertainty, fits, and each "
        "trial predicted by the others. A few minutes on two cores.",
    )
    command.add_argument("out", type=Path, metavar="OUT", help="the folder to write into")
    command.add_argument("--rivals", action="store_true", help="also fit the rival hypotheses, and write rivals.md")
    command.add_argument(
        "--sensitivity",
        action="store_true",
        help="also write sensitivity.md: profiles of the constants, and Sobol' indices (extra `sensitivity`)",
    )
    command.add_argument("--workers", type=int, default=2, help="processes (default 2); the result is the same")
    command.set_defaults(run=commands.calibrate)


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
        "--port", type=_port, default=8000, help="port on this machine (default 8000; 0: any free one)"
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
    actions = ["list", "show", "compare", "truth", "curves", "influences", "export", "vpc", "fit"]
    command.add_argument("action", choices=actions)
    command.add_argument("what", nargs="?", help="the id of a model, or a scenario (JSON) to compare")
    command.add_argument("--sbml", type=Path, metavar="OUT", help="export: the SBML file to write (extra `science`)")
    command.add_argument("--scenario", type=Path, metavar="FILE", help="export: whom and which doses, as `simulate`")
    _own_data(command)
    command.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    command.set_defaults(run=commands.models)


def _own_data(command: argparse.ArgumentParser) -> None:
    own = command.add_argument_group("vpc and fit: a data set of your own")
    own.add_argument("--data", type=Path, metavar="FILE", help="NONMEM-style records (CSV); - for standard input")
    own.add_argument("--drug", type=Drug, choices=list(Drug), help="what every dose holds")
    own.add_argument("--route", type=Route, choices=list(Route), help="of doses that name neither ROUTE nor CMT")
    own.add_argument("--drop", action="append", metavar="COLUMN", help="a column that is not read; may be repeated")
    own.add_argument("--blq", choices=["M1", "M3"], default="M3", help="values below LLOQ: left out, or kept as below")
    own.add_argument("--output", type=int, default=1, metavar="DVID", help="vpc: the output to check (default 1)")
    own.add_argument("--replicates", type=int, default=500, metavar="N", help="vpc: how many (default 500)")
    own.add_argument("--prediction-corrected", action="store_true", help="vpc: scale to the typical prediction")
    own.add_argument("--plot", type=Path, metavar="OUT", help="vpc and curves: also draw them, as SVG")
    own.add_argument("--estimate", action="append", metavar="NAME", help="fit: a parameter; may be repeated")
    own.add_argument("--each", action="store_true", help="fit: every person alone")


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


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"got {text!r}; required: a port number from 0 to 65535")
    return int(text)
