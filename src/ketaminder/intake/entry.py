"""Tells the two forms of record apart and hands each to its reader."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ketaminder import evidence, fhir
from ketaminder.fhir.document import Element, parse
from ketaminder.intake import form
from ketaminder.terms import Case, Phase, Product, Refused, Region

_REQUIRED = (
    "a FHIR R4 Bundle (resourceType Bundle), or one case form (an object with diagnosis, safety_flags, vitals, "
    "current_medications, prior_treatments or indication_route)"
)


def read(
    text: str,
    *,
    on: date,
    region: Region | None = None,
    product: Product | None = None,
    phase: Phase | None = None,
) -> Case:
    """The case in `text` on the day `on`. Region, product and phase override what the record says.

    Raises:
        Refused: the text is neither form of record, or something in it cannot be read safely.
    """
    document = parse(text)
    chosen = fhir.Chosen(region, product, phase)
    if not isinstance(document.value, dict):
        raise Element(document.value, "document").refused(_REQUIRED)
    kind = document["resourceType"]
    if kind.value == "Bundle":
        return fhir.read(Element(document.value, "Bundle"), on, evidence.load(), chosen)
    if kind:
        raise kind.refused(_REQUIRED)
    if not form.DISTINCTIVE & document.value.keys():
        raise Element(sorted(document.value), "document").refused(_REQUIRED)
    return form.read(document, on, evidence.load(), chosen)


def read_file(
    path: Path,
    *,
    on: date,
    region: Region | None = None,
    product: Product | None = None,
    phase: Phase | None = None,
) -> Case:
    """The case in the file at `path`, in UTF-8; see `read`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Refused("file", str(path), f"a file that can be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise Refused("file", str(path), "text in UTF-8") from None
    return read(text, on=on, region=region, product=product, phase=phase)
