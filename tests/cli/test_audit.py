"""`ketaminder audit`: several that seal at once leave heads that follow one another."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AT_ONCE = 4


def test_heads_sealed_at_once_follow_one_another_and_one_taken_out_is_named(tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    environment = os.environ | {
        "KETAMINDER_DATABASE_URL": f"sqlite://{tmp_path}/clinic.sqlite3",
        "KETAMINDER_HEADS": str(heads),
        "KETAMINDER_HEAD_KEY": str(tmp_path / "key"),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ketaminder.cli", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)

    assert run("clinic", "migrate").returncode == run("audit", "key", str(tmp_path / "key")).returncode == 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert [one.returncode for one in pool.map(lambda _: run("audit", "seal"), range(AT_ONCE))] == [0] * AT_ONCE
    whole = run("audit", "verify")
    assert (whole.returncode, f"{AT_ONCE} heads read" in whole.stdout) == (0, True), whole.stdout
    lines = heads.read_text(encoding="utf-8").splitlines(keepends=True)
    heads.write_text("".join(lines[:1] + lines[2:]), encoding="utf-8")
    harmed = run("audit", "verify")
    assert harmed.returncode == 1
    assert "line 2 of the heads: the head that was sealed before it is missing" in harmed.stdout
