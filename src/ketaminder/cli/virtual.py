"""`ketaminder trial run`, `design` and `designs`: trials of virtual patients."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ketaminder import __version__
from ketaminder.cli import files, trial_plot
from ketaminder.cli.store import Folder
from ketaminder.cli.virtual_report import NOTICE, report
from ketaminder.pharmacology.exchange.extra import library
from ketaminder.terms import Refused
from ketaminder.trials import shipped
from ketaminder.trials.expected import Interval
from ketaminder.trials.virtual import Design, Run, Summary, design, run, summary
from ketaminder.trials.virtual.following import Followed
from ketaminder.trials.virtual.reading import MOST_PEOPLE
from ketaminder.trials.virtual.rivals import Told, fits, told_apart
from ketaminder.trials.virtual.shipped import can_run, named, texts
from ketaminder.trials.virtual.tables import people_table, visits_table

PARTS = "unfinished"
"""The folder in OUT in which a run keeps what is done until all of it is."""


def run_trial(options: argparse.Namespace) -> int:
    """`trial run`: a design many times; a report, plots and tables into `options.out`."""
    asked = _asked(options)
    store = Folder(options.out / PARTS) if options.out else None
    with _executor(options.workers, options.dask) as executor, _progress() as tell:
        followed = run(asked, executor, store, tell)
    found = summary(asked.design, followed)
    if options.out:
        _write(options.out, asked, found, followed, tables=options.parquet)
        if store:
            store.clear()
    if options.json:
        files.print_json(document(asked, found))
    else:
        _show(found)
    return 0


def designs(options: argparse.Namespace) -> int:
    """`trial designs`: what ships, or one of them as it is written."""
    if options.id:
        if options.id not in texts():
            raise Refused("ID", options.id, f"one of {', '.join(texts())}; published trials have no text of their own")
        print(texts()[options.id], end="")
        return 0
    for id_ in (*texts(), *can_run()):
        print(f"{id_:28} {named(id_).title}")
    return 0


def power(options: argparse.Namespace) -> int:
    """`trial design`: the power of a design at several sizes, and whether it tells rival explanations apart."""
    asked = _asked(options)
    if asked.design.primary is None:
        raise Refused("design", asked.design.id, "a [primary] comparison, whose power can be asked")
    with _executor(options.workers, options.dask) as executor:
        at = {n: _of_size(asked, n, executor) for n in options.n}
        told = (
            told_apart(asked.design, fits(executor), asked.seed, asked.replicates, executor) if options.rivals else []
        )
    if options.json:
        files.print_json(_power_document(asked, at, told))
    else:
        _show_power(asked, at, told)
    return 0


def _of_size(asked: Run, n: int, executor: Executor | None) -> Summary:
    sized = replace(asked, design=sized_to(asked.design, n))
    return summary(sized.design, run(sized, executor))


def sized_to(given: Design, n: int) -> Design:
    """The same trial with `n` people an arm."""
    if not 1 <= n * len(given.arms) <= MOST_PEOPLE:
        raise Refused("people an arm", n, f"1 to {MOST_PEOPLE // len(given.arms)}")
    arms = tuple(replace(arm, n=n, given=replace(arm.given, n=n)) for arm in given.arms)
    return replace(given, arms=arms, setting=replace(given.setting, people=n * len(arms)))


def _asked(options: argparse.Namespace) -> Run:
    given = _design(options.design)
    if getattr(options, "people", None):
        given = sized_to(given, options.people)
    if options.replicates < 1:
        raise Refused("--replicates", options.replicates, "1 or more")
    if options.seed < 0:
        raise Refused("--seed", options.seed, "0 or more")
    return Run(given, shipped(), options.seed, options.replicates, options.fixed)


def _design(said: str) -> Design:
    if said == "-" or said.endswith(".toml") or Path(said).is_file():
        return design(files.read_text(Path(said)))
    return named(said)


@contextmanager
def _executor(workers: int, dask: str | None) -> Iterator[Executor | None]:
    """Processes of this machine, or those of a Dask cluster (extra `cluster`); None for one worker."""
    if workers < 1:
        raise Refused("--workers", workers, "1 or more")
    if dask:
        with library("distributed", "cluster").Client(dask) as client:
            yield client.get_executor()
    elif workers == 1:
        yield None
    else:
        with ProcessPoolExecutor(workers) as pool:
            yield pool


@contextmanager
def _progress() -> Iterator[Any]:
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Following virtual patients", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _write(out: Path, asked: Run, found: Summary, followed: Sequence[Followed], *, tables: bool) -> None:
    said = json.dumps(document(asked, found), ensure_ascii=False, allow_nan=False, indent=1)
    files.write_whole("--out", out / "summary.json", said + "\n")
    files.write_whole("--out", out / "report.md", report(asked, found))
    unit = f"{asked.design.scores.tool.name}, points"
    files.write_whole("--out", out / "scores.svg", trial_plot.svg(found, "score", unit))
    if asked.design.relapse:
        files.write_whole(
            "--out", out / "relapse.svg", trial_plot.svg(found, "without relapse", "share without relapse")
        )
    if tables:
        about = f"ketaminder {__version__}, seed {asked.seed}"
        files.write_whole("--out", out / "people.parquet", people_table(asked.design, followed, about))
        files.write_whole("--out", out / "visits.parquet", visits_table(asked.design, followed, about))


def document(asked: Run, found: Summary) -> dict[str, Any]:
    """What `trial run --json` prints. Infinite (a median that is not reached) is null."""
    return {
        "ketaminder": __version__,
        "design": asked.design.id,
        "title": asked.design.title,
        "seed": asked.seed,
        "replicates": found.replicates,
        "constants": "fixed" if asked.fixed else "drawn from what is known of them, for every replicate",
        "people": asked.design.people,
        "numbers": [
            {"measure": key.measure, "arm": key.arm, "against": key.against, "hour": key.hour, **_interval(one)}
            for key, one in found.numbers.items()
        ],
        "power": _power_of(found),
        "assumed": list(asked.design.assumed),
        "notice": NOTICE,
    }


def _power_of(found: Summary) -> dict[str, float] | None:
    if found.power is None:
        return None
    return {name: round(getattr(found.power, name), 4) for name in ("share", "low", "high")}


def _interval(one: Interval) -> dict[str, float | None]:
    names = ("value", "low", "high", "low50", "high50")
    return {name: _finite(getattr(one, name)) for name in names}


def _finite(value: float) -> float | None:
    return round(value, 4) if abs(value) < float("inf") else None


def _show(found: Summary) -> None:
    console = Console(highlight=False)
    console.print(found.design.title, style="bold")
    for line in report_tables(found):
        console.print(line)
    if found.power:
        one = found.power
        console.print(f"Power of the primary comparison: {one.share:.2f} ({one.low:.2f} to {one.high:.2f}).")
    for text in found.design.assumed:
        console.print(f"Assumed: {text}")
    console.print(NOTICE)


def report_tables(found: Summary) -> list[Table]:
    """Scores at every visit, then what is said of the whole trial."""
    scores = Table("Arm", "Hours", "Score", "Change (95%)", "Response", "Remission", box=None, header_style="dim")
    whole = Table("Arm", "Of the whole trial", "Value (95%)", box=None, header_style="dim")
    at = {(key.measure, key.arm, key.hour): one for key, one in found.numbers.items() if key.against is None}
    for arm in found.design.arms:
        for hour in found.design.visits_h:
            parts = [at.get((name, arm.id, hour)) for name in ("score", "change", "response", "remission")]
            if all(parts):
                score, change, response, remission = (one for one in parts if one)
                said = f"{change.value:.1f} ({change.low:.1f} to {change.high:.1f})"
                rates = (f"{response.value:.2f}", f"{remission.value:.2f}")
                scores.add_row(arm.id, f"{hour:g}", f"{score.value:.1f}", said, *rates)
    for key, one in found.numbers.items():
        if key.hour is None:
            name = key.arm if key.against is None else f"{key.arm} against {key.against}"
            whole.add_row(name, key.measure, f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})")
    return [scores, whole]


def _power_document(asked: Run, at: dict[int, Summary], told: Sequence[Told]) -> dict[str, Any]:
    return {
        "ketaminder": __version__,
        "design": asked.design.id,
        "seed": asked.seed,
        "replicates": asked.replicates,
        "power": [{"people_an_arm": n, **(_power_of(found) or {})} for n, found in at.items()],
        "rivals": [{"truth": one.truth, "given_to": dict(one.given_to)} for one in told],
        "notice": NOTICE,
    }


def _show_power(asked: Run, at: dict[int, Summary], told: Sequence[Told]) -> None:
    console = Console(highlight=False)
    console.print(asked.design.title, style="bold")
    table = Table("People an arm", "Power (95%)", box=None, header_style="dim")
    for n, found in at.items():
        if found.power:
            table.add_row(str(n), f"{found.power.share:.2f} ({found.power.low:.2f} to {found.power.high:.2f})")
    console.print(table)
    if told:
        names = list(told[0].given_to)
        apart = Table("If this were true", *(f"given to {name}" for name in names), box=None, header_style="dim")
        for one in told:
            apart.add_row(one.truth, *(f"{one.given_to[name]:.2f}" for name in names))
        console.print(apart)
    console.print(NOTICE)
