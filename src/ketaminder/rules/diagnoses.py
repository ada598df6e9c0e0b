"""What the recorded diagnosis and indication say, by ICD-10 and ICD-10-CM code."""

from __future__ import annotations

import re

from ketaminder.terms import Case, Fact, Indication

PSYCHOTIC_EPISODE = ("F32.3", "F33.3", "F31.2", "F31.5", "F31.64")
EPISODE_WITHOUT_PSYCHOSIS = ("F32.0", "F32.1", "F32.2", "F33.0", "F33.1", "F33.2")
UNIPOLAR = ("F32", "F33")
BIPOLAR = ("F31",)
MANIA_OR_MIXED = ("F30", "F31.0", "F31.1", "F31.2", "F31.6")
SCHIZOPHRENIA_SPECTRUM = ("F20", "F25")
PSYCHOTIC_DISORDER = ("F20", "F22", "F23", "F24", "F25", "F28", "F29", *PSYCHOTIC_EPISODE)

PSYCHOTIC_WORDS = re.compile(
    r"(?<!non-)(?<!non )\bpsychotic depression\b|\bwith (?:[\w-]+ )?psychotic (?:features|symptoms)\b"
)
MIXED_WORDS = re.compile(r"\bmixed (?:state|episode)\b|\bwith mixed features\b|\bcurrent(?: episode)? (?:hypo)?manic\b")
"""Words of a diagnosis that add caution; none takes any away."""

PRIMARY = {
    Indication.TRD: "MDD",
    Indication.ACUTE_SUICIDALITY: "MDD",
    Indication.DEPRESSION: "MDD",
    Indication.BIPOLAR_DEPRESSION: "bipolar",
    Indication.PANIC: "panic",
    Indication.GAD: "GAD",
    Indication.SOCIAL_ANXIETY: "social_anxiety",
    Indication.OCD: "OCD",
    Indication.PTSD: "PTSD",
}


def diagnosed(case: Case) -> dict[str, Fact]:
    """Facts that the diagnosis or the indication decides; what neither decides is left out."""
    code, words = _plain(case.diagnosis.icd10 or ""), case.diagnosis.text.lower()
    bipolar = case.indication is Indication.BIPOLAR_DEPRESSION or "bipolar" in words
    psychotic, mixed = PSYCHOTIC_WORDS.search(words), MIXED_WORDS.search(words)
    known = {
        "bipolar_disorder": True if bipolar else _decided(code, BIPOLAR, UNIPOLAR),
        "psychotic_features": True if psychotic else _decided(code, PSYCHOTIC_EPISODE, EPISODE_WITHOUT_PSYCHOSIS),
        "current_mania_or_mixed": True if mixed else _decided(code, MANIA_OR_MIXED, ()),
        "primary_psychotic_disorder": _decided(code, SCHIZOPHRENIA_SPECTRUM, ()),
        "psychosis_history": _decided(code, PSYCHOTIC_DISORDER, ()),
    }
    facts = {name: Fact(value, origin=_origin(case)) for name, value in known.items() if value is not None}
    if case.indication in PRIMARY and (case.diagnosis.text or case.diagnosis.icd10):
        facts["primary_diagnosis"] = Fact(PRIMARY[case.indication], origin="indication")
    return facts


def _decided(code: str, yes: tuple[str, ...], no: tuple[str, ...]) -> bool | None:
    if code.startswith(tuple(map(_plain, yes))):
        return True
    return False if code.startswith(tuple(map(_plain, no))) else None


def _plain(code: str) -> str:
    """A code without its dot, as some records write it."""
    return code.replace(".", "").upper().strip()


def _origin(case: Case) -> str:
    return f"diagnosis: {case.diagnosis.text} {case.diagnosis.icd10 or ''}".strip()
