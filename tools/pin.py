"""Renew the exact versions: the hashed `requirements.txt` and the constraints of `pyproject.toml`, always equal.

python3 tools/pin.py [--upgrade]
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements.txt"
PROJECT = ROOT / "pyproject.toml"
COMPILE = [
    *(sys.executable, "-m", "uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", "--group", "test"),
    *("pyproject.toml", "-o", "requirements.txt"),
]


def pins(requirements: str) -> list[str]:
    """The `name==version ; marker` lines of a hashed requirements file, without their hashes."""
    lines = re.findall(r"^(\S+==[^\\\n]+?)\s*\\?$", requirements, flags=re.MULTILINE)
    return [re.sub(r"\s*;\s*", " ; ", line) for line in lines]


def constrained(project: str, versions: list[str]) -> str:
    """`project` (the text of pyproject.toml) with `versions` as its constraints."""
    listed = "".join(f"  {quoted(version)},\n" for version in versions)
    block = f"constraint-dependencies = [\n{listed}]\n"
    return re.sub(r"constraint-dependencies = \[\n(?:  .*\n)*\]\n", lambda _: block, project)


def quoted(text: str) -> str:
    return f'"{text}"' if '"' not in text else f"'{text}'"


def main() -> None:
    project = PROJECT.read_text(encoding="utf-8")
    if "--upgrade" in sys.argv:
        project = constrained(project, [])
        PROJECT.write_text(project, encoding="utf-8")
        REQUIREMENTS.unlink(missing_ok=True)
    subprocess.run(COMPILE, cwd=ROOT, check=True)
    PROJECT.write_text(constrained(project, pins(REQUIREMENTS.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
