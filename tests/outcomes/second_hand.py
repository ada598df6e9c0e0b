"""Scores as a second hand computes them: each rule typed once more from its publication, for complete sheets."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor

Sheet = dict[str, int]
Context = dict[str, object]
Expected = dict[str, object]


def half_up(number: Fraction, places: int = 0) -> float:
    return float(Fraction(floor(number * 10**places + Fraction(1, 2)), 10**places))


def numbered(sheet: Sheet, first: int, last: int) -> list[int]:
    return [sheet[str(item)] for item in range(first, last + 1)]


def phq_9(sheet: Sheet, _: Context) -> Expected:
    """Kroenke 2001: nine items; major: a core item among five or more positive, other: among two to four."""
    positive = sum(points >= 2 for points in numbered(sheet, 1, 8)) + (sheet["9"] >= 1)
    core = max(sheet["1"], sheet["2"]) >= 2
    flags = ["ITEM9_POSITIVE"] * (sheet["9"] >= 1)
    flags += ["PHQ_MAJOR_PATTERN"] * (core and positive >= 5) + ["PHQ_OTHER_PATTERN"] * (core and 2 <= positive <= 4)
    return {"total": sum(numbered(sheet, 1, 9)), "flags": flags}


def qids(sheet: Sheet, _: Context) -> Expected:
    """Rush 2003: the highest of sleep, of appetite and weight, and of movement; five single items between."""
    total = max(numbered(sheet, 1, 4)) + sheet["5"] + max(numbered(sheet, 6, 9)) + sum(numbered(sheet, 10, 14))
    return {
        "total": total + max(sheet["15"], sheet["16"]),
        "flags": ["SUICIDE_ITEM_POSITIVE"] * (sheet["12"] >= 1),
    }


def hamilton(sheet: Sheet, _: Context) -> Expected:
    """Hamilton 1960: seventeen items; a weight that was not assessed (3) adds nothing."""
    unknown = sheet.get("16a", sheet.get("16b")) == 3
    flags = ["HAMD_WEIGHT_NOT_ASSESSED"] * unknown + ["SUICIDE_ITEM_POSITIVE"] * (sheet["3"] >= 1)
    return {"total": sum(sheet.values()) - 3 * unknown, "flags": flags}


def madrs(sheet: Sheet, context: Context) -> Expected:
    total, baseline = sum(sheet.values()), context.get("baseline")
    expected: Expected = {"total": total, "flags": ["SUICIDE_ITEM_POSITIVE"] * (sheet["10"] >= 1)}
    if isinstance(baseline, int) and baseline:
        fall = Fraction(100 * (baseline - total), baseline)
        expected["change"] = {
            "pct_reduction": half_up(fall, 1),
            "response": fall >= 50,
            "remission_le12": total <= 12,
            "remission_le10": total <= 10,
        }
    return expected


def y_bocs(sheet: Sheet, context: Context) -> Expected:
    """Goodman 1989, and response from 35%, partial from 25%, as OCD trials print them."""
    total, baseline = sum(sheet.values()), context.get("baseline")
    parts = {"obsessions": sum(numbered(sheet, 1, 5)), "compulsions": sum(numbered(sheet, 6, 10))}
    expected: Expected = {"total": total, "subscales": parts, "flags": []}
    if isinstance(baseline, int) and baseline:
        fall = Fraction(100 * (baseline - total), baseline)
        change = {"response": fall >= 35, "partial": 25 <= fall < 35, "remission_le12": total <= 12}
        expected["change"] = {"pct_reduction": half_up(fall, 1), **change}
    return expected


def pcl_5(sheet: Sheet, _: Context) -> Expected:
    """Weathers 2013: clusters B to E; the pattern asks for 1, 1, 2 and 2 items of 2 or more."""
    clusters = {"B": (1, 5, 1), "C": (6, 7, 1), "D": (8, 14, 2), "E": (15, 20, 2)}
    meets = all(
        sum(points >= 2 for points in numbered(sheet, first, last)) >= fewest
        for first, last, fewest in clusters.values()
    )
    total = sum(sheet.values())
    return {
        "total": total,
        "subscales": {name: sum(numbered(sheet, first, last)) for name, (first, last, _) in clusters.items()},
        "flags": ["PCL5_DSM_PATTERN"] * meets + ["PCL5_GE33"] * (total >= 33),
    }


def audit_c(sheet: Sheet, context: Context) -> Expected:
    """Bush 1998: from 4 in men, from 3 in women; the lower cut where the sex is unknown."""
    total, sex = sum(sheet.values()), context.get("sex")
    flags = ["AUDITC_POSITIVE"] * (total >= (4 if sex == "male" else 3))
    flags += ["AUDITC_Q1_ONLY"] * (total > 0 and sheet["2"] == sheet["3"] == 0)
    return {"total": total, "flags": flags + ["SEX_UNKNOWN_LOWER_CUT"] * (sex not in ("male", "female"))}


def pdss(sheet: Sheet, _: Context) -> Expected:
    """Shear 1997: seven items; the composite is their mean."""
    total = sum(sheet.values())
    return {"total": total, "composite": half_up(Fraction(total, 7), 2), "flags": ["PDSS_REMISSION"] * (total <= 5)}


def ham_a(sheet: Sheet, _: Context) -> Expected:
    psychic = sum(numbered(sheet, 1, 6)) + sheet["14"]
    somatic = sum(numbered(sheet, 7, 13))
    return {"total": psychic + somatic, "subscales": {"psychic": psychic, "somatic": somatic}, "flags": []}


def wsas(sheet: Sheet, context: Context) -> Expected:
    """Mundt 2002; without work, four items and no published bands."""
    if context.get("work_applicable") is False:
        return {"total": sum(numbered(sheet, 2, 5)), "max": 32, "flags": []}
    return {"total": sum(numbered(sheet, 1, 5)), "flags": []}


def cadss(sheet: Sheet, context: Context) -> Expected:
    total, before = sum(sheet.values()), context.get("predose")
    above = isinstance(before, int) and total > before and total > 4
    return {"total": total, "flags": ["CADSS_DISSOCIATION"] * above}


def moaas(sheet: Sheet, context: Context) -> Expected:
    level, before = sheet["level"], context.get("predose")
    fell = isinstance(before, int) and level < before
    return {"total": level, "flags": ["MOAAS_LOC"] * (level == 0) + ["MOAAS_SEDATION"] * fell}


def staging(sheet: Sheet, _: Context) -> Expected:
    """Fekadu 2009: points for duration in months and for failed drugs; the rest as rated."""
    months, drugs = sheet["duration_months"], sheet["failed_drugs"]
    duration = 1 + (months > 12) + (months > 24)
    failures = 1 + (drugs > 2) + (drugs > 4) + (drugs > 6) + (drugs > 10)
    return {"total": duration + failures + sheet["severity"] + sheet["augmentation"] + sheet["ect"], "flags": []}


def from_total(**lowest: int) -> Callable[[Sheet, Context], Expected]:
    """A plain sum that raises each flag from its lowest total on."""

    def compute(sheet: Sheet, _: Context) -> Expected:
        total = sum(sheet.values())
        return {"total": total, "flags": [name for name, least in lowest.items() if total >= least]}

    return compute


BY_HAND: dict[str, Callable[[Sheet, Context], Expected]] = {
    "ALDRETE": from_total(ALDRETE_GE9=9),
    "AUDIT-C": audit_c,
    "BPRS+": from_total(),
    "CADSS-23": cadss,
    "CADSS-6": from_total(),
    "GAD-7": from_total(),
    "HAM-A": ham_a,
    "HAM-D17": hamilton,
    "ISI": from_total(),
    "MADRS": madrs,
    "MOAA/S": moaas,
    "MSM": staging,
    "PCL-5": pcl_5,
    "PDSS": pdss,
    "PHQ-9": phq_9,
    "QIDS-SR16": qids,
    "WSAS": wsas,
    "Y-BOCS": y_bocs,
    "YMRS": from_total(YMRS_GE12=12),
}
