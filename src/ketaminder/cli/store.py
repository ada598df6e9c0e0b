"""Finished batches of a virtual trial in a folder, each whole or not at all, so that an interrupted run goes on."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from ketaminder.cli.files import write_whole
from ketaminder.terms import Refused
from ketaminder.trials.virtual.following import Followed, Job


class Folder:
    """A `Store` in `path`, which is made where it is missing.

    Raises:
        Refused: the folder around it is missing, or cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(exist_ok=True)
        except OSError as error:
            raise Refused("--out", str(path.parent), f"a folder that can be written to ({error.strerror})") from None

    def get(self, key: str) -> tuple[Followed, ...] | None:
        """What was kept under `key`; None without, or where the file was damaged."""
        try:
            content = io.BytesIO((self.path / f"{key}.npz").read_bytes())
            with np.load(content, allow_pickle=False) as held:
                return tuple(_one(held, number) for number in range(int(held["count"])))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def put(self, key: str, done: tuple[Followed, ...]) -> None:
        """Keep it, whole or not at all."""
        arrays: dict[str, np.ndarray] = {"count": np.array(len(done))}
        for number, one in enumerate(done):
            job = json.dumps({**asdict(one.job), "candidates": one.candidates})
            arrays[f"{number}:job"] = np.array(job)
            arrays |= {f"{number}:{name}": getattr(one, name) for name in _ARRAYS}
        content = io.BytesIO()
        np.savez(content, **arrays)  # type: ignore[arg-type]  # names are data
        write_whole("--out", self.path / f"{key}.npz", content.getvalue())

    def clear(self) -> None:
        """Forget every batch: the run is complete."""
        for file in self.path.glob("*.npz"):
            file.unlink()
        self.path.rmdir()


_ARRAYS = tuple(field.name for field in fields(Followed) if field.name not in ("job", "candidates"))


def _one(held: np.lib.npyio.NpzFile, number: int) -> Followed:
    said = json.loads(str(held[f"{number}:job"]))
    candidates = said.pop("candidates")
    arrays = {name: held[f"{number}:{name}"] for name in _ARRAYS}
    return Followed(job=Job(**said), candidates=candidates, **arrays)
