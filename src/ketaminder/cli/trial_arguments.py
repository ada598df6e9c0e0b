"""What the commands about trials accept."""

from __future__ import annotations

import argparse
from pathlib import Path

from ketaminder.cli import commands


def trial(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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


def calibrate(subcommands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
