"""Files and streams as a shell has them: devices, links, closed and full ones, and names that cannot be written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ketaminder.cli import files
from ketaminder.terms import Refused

NASAL = {"drug": "esketamine", "route": "nasal", "dose_mg": 56}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "ketaminder.cli", *words]


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(NASAL), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["", ".", "/", "folder", "folder/../folder", "a" * 300, "file/x", "nowhere/x", "-"])
def test_a_place_that_cannot_be_written_is_quoted(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    with pytest.raises(Refused, match=r"--plot OUT: got '.*'?; required: (a file that can be|the name of a file)"):
        files.write_whole("--plot", Path(name), "curve")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


def test_a_device_is_written_to_and_stays_one() -> None:
    """A terminal, and not /dev/null: were it replaced by mistake, everybody on the machine would miss it."""
    other, terminal = os.openpty()
    place = Path(os.ttyname(terminal))
    files.write_whole("--plot", place, "curve")
    assert os.read(other, 99) == b"curve"
    assert place.is_char_device()
    os.close(terminal)
    os.close(other)


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    files.write_whole("--plot", tmp_path / "pipe", "curve")
    assert os.read(reader, 99) == b"curve"
    os.close(reader)


def test_a_link_keeps_leading_where_it_led(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "curve.svg")
    files.write_whole("--plot", tmp_path / "link", "curve")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "deep" / "curve.svg").read_text(encoding="utf-8") == "curve"


def test_two_answers_in_one_file_are_refused(tmp_path: Path) -> None:
    same = tmp_path / "here" / ".." / "out"
    (tmp_path / "here").mkdir()
    with pytest.raises(Refused, match=r"--parquet OUT: got .*; required: another file than that of --plot"):
        files.each_its_own(None, plot=tmp_path / "out", parquet=same)
    files.each_its_own(None, plot=Path("/dev/null"), parquet=Path("/dev/null"))


def test_a_full_disk_is_said_and_no_traceback(scenario: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("no device that is always full")
    for words in (["simulate", str(scenario)], ["simulate", str(scenario), "--json"], ["models", "list"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(command(*words), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        said = "ketaminder: standard output: got 'the answer'; required: a place that can be written"
        assert (done.returncode, done.stderr) == (2, f"{said} (No space left on device).\n")


def test_a_reader_who_leaves_is_no_fault(scenario: Path) -> None:
    for words in (["simulate", str(scenario), "--json"], ["models", "truth"]):
        with subprocess.Popen(command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 0


def test_a_closed_standard_output_is_refused_where_a_document_is_asked_for(scenario: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m ketaminder.cli simulate "$1" --json >&-', sys.executable, str(scenario)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "ketaminder: standard output: got 'closed'; required: a place to print to.\n"


def test_a_folder_that_is_gone_keeps_nobody_from_an_answer(scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    words = 'cd gone && rmdir ../gone && "$0" -m ketaminder.cli simulate "$1" --plot "$2"'
    for out, code in ((str(tmp_path / "curve.svg"), 0), ("curve.svg", 2)):
        (tmp_path / "gone").mkdir(exist_ok=True)
        done = subprocess.run(
            ["/bin/sh", "-c", words, sys.executable, str(scenario), out],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert (tmp_path / "curve.svg").exists()


def test_a_closed_standard_input_is_refused() -> None:
    # The shell closes it; a parent process that is Python could only replace it.
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m ketaminder.cli simulate - <&-', sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "ketaminder: FILE: got '-'; required: a file, or standard input that is open.\n"


def test_a_terminal_of_ascii_gets_every_line_and_the_same_document(scenario: Path) -> None:
    scenario.write_text('{"drug": "ketamine", "route": "intravenous", "dose_mg": 35, "duration_min": 40}')
    plain = os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "0"}
    usual = os.environ | {"PYTHONIOENCODING": "utf-8"}
    screen = subprocess.run(command("simulate", str(scenario)), env=plain, capture_output=True, check=True)
    assert b"AUC 0-24 h, ng?h/mL" in screen.stdout
    assert b"Informs clinicians, who decide." in screen.stdout
    documents = [
        json.loads(subprocess.run(command("simulate", str(scenario), "--json"), env=one, capture_output=True).stdout)
        for one in (plain, usual)
    ]
    assert documents[0] == documents[1]
