"""Doses of recorded medicines: checked, kept as they were written, never computed with."""

from __future__ import annotations

import re
from decimal import Decimal

from ketaminder.fhir.document import Element, is_finite
from ketaminder.fhir.quantity import UCUM

_NUMBER = r"[+\-−–]?\s*(?:\d[\d.,]*(?:e[+-]?\d+)?(?:\s*/\s*\d+)?|[½¼¾⅓⅔]|\.\d+|nan\b|inf(?:inity)?\b)"
_DOSE = re.compile(
    rf"\s*(?P<first>{_NUMBER})(?:\s*(?:-|–|to)\s*(?P<last>{_NUMBER}))?"
    rf"(?:\s*[x×]\s*(?P<each>{_NUMBER}))?\s*(?P<unit>[^\W\d_]+(?:\[[^\]]*\])?|\[[^\]]*\]|%|\{{[^}}]*\}})?",
    re.IGNORECASE,
)
_WORDS = (
    "mg milligram milligrams g gram grams mcg ug µg μg microgram micrograms ng nanogram nanograms",
    "ml millilitre millilitres milliliter milliliters l litre litres unit units u iu mmol mol meq",
    "tablet tablets tab tabs capsule capsules cap caps drop drops puff puffs spray sprays patch patches",
    "sachet sachets vial vials ampoule ampoules suppository suppositories lozenge lozenges film films",
    "device devices pill pills dose doses application applications",
)
_UNITS = frozenset(word for line in _WORDS for word in line.split())
_UCUM_UNITS = frozenset(
    {"mg", "g", "ug", "ng", "mL", "L", "mmol", "mol", "meq", "U", "kU", "[iU]", "[IU]", "[drp]", "1"}
)
_DOSE_FORMS = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"
_REQUIRED = "a dose above zero with a unit that a medicine's dose can have (mg, g, mcg, mL, units, mmol, tablets)"


def dose_text(element: Element) -> str:
    """A dose as a person wrote it: "0.5 mg twice daily", "as needed" or nothing.

    Raises:
        Refused: it starts with a number that is not a positive dose, or carries no unit that a dose can have.
    """
    text = element.text()
    match = _DOSE.match(text)
    if not match:
        return text
    amounts = [_amount(element, match[name]) for name in ("first", "last", "each") if match[name]]
    if min(amounts) <= 0 or ((match["unit"] or "").lower() not in _UNITS and not _annotated(match["unit"])):
        raise element.refused(_REQUIRED)
    return text


def _annotated(unit: str | None) -> bool:
    return bool(unit) and (unit == "%" or str(unit).startswith("{"))


def _amount(element: Element, text: str) -> Decimal:
    digits = re.sub(r"\s", "", text).replace("−", "-").replace("–", "-")
    if digits.lstrip("+-") in set("½¼¾⅓⅔"):
        return Decimal(-1 if digits.startswith("-") else 1)
    try:
        value = [Decimal(part.replace(",", "").rstrip(".")) for part in digits.split("/")]
    except ArithmeticError:
        raise element.refused(_REQUIRED) from None
    if not all(is_finite(part) for part in value):
        raise element.refused(_REQUIRED)
    return min(value)


def dose_quantity(quantity: Element) -> str:
    """A dose as FHIR writes it, as text. FHIR allows a count of dose forms without a unit: kept, and said.

    Raises:
        Refused: the value is not above zero, or the unit is none that a dose can have.
    """
    number = quantity["value"].number()
    if number is None or number <= 0:
        raise quantity["value"].refused(_REQUIRED)
    system, code, unit = (quantity[name].text() for name in ("system", "code", "unit"))
    if not (system or code or unit):
        return f"{number.normalize():f} (unit not recorded)"
    known = {
        UCUM: code in _UCUM_UNITS or code.startswith("{"),
        _DOSE_FORMS: bool(code),
        "": not code and (unit.lower() in _UNITS or unit in _UCUM_UNITS),
    }
    if not known.get(system, system == "http://snomed.info/sct" and unit.lower() in _UNITS):
        raise quantity["code" if code else "unit"].refused(_REQUIRED)
    return f"{number.normalize():f} {unit or code}"


def dosage_text(dosage: Element) -> str:
    """One FHIR Dosage as text: the words of the prescriber, or dose and timing, never less than both say."""
    words = dose_text(dosage["text"])
    parts = [*_doses(dosage), dosage["timing"]["code"]["text"].text()]
    rest = ", ".join(part for part in parts if part and part not in words)
    return f"{words} ({rest})" if words and rest else words or rest


def _doses(dosage: Element) -> list[str]:
    found = []
    for rate in dosage["doseAndRate"]:
        if rate["doseQuantity"]:
            found.append(dose_quantity(rate["doseQuantity"]))
        if rate["doseRange"]:
            ends = [dose_quantity(end) for end in (rate["doseRange"]["low"], rate["doseRange"]["high"]) if end]
            found.append(" to ".join(ends))
    return found
