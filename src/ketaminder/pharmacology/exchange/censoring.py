"""What is done with a concentration below the limit of quantification."""

from __future__ import annotations

from enum import StrEnum


class Censoring(StrEnum):
    """The two usual ways (Beal 2001): leave such records out, or keep what they say, which is that they lie below."""

    M1 = "M1"
    M3 = "M3"
