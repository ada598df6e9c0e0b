"""Documents that several files of this room cite."""

from __future__ import annotations

from ketaminder.terms import Source

SPRAVATO_LABEL = Source(
    id="spravato-us-label",
    citation="SPRAVATO (esketamine) nasal spray, US prescribing information, NDA 211243.",
    kind="label",
)
