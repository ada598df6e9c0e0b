"""Each published band, just below, at and above its borders. The borders are typed from the publications."""

from __future__ import annotations

import pytest

from ketaminder.outcomes import scales, score

from .sheets import RANGES, Answers

BORDERS: dict[str, list[tuple[int, str]]] = {
    "PHQ-9": [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately_severe"),
        (19, "moderately_severe"),
        (20, "severe"),
        (27, "severe"),
    ],
    "PHQ-9-ITEM-9": [(0, "negative"), (1, "positive"), (3, "positive")],
    "GAD-7": [(4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe")],
    "MADRS": [(6, "none"), (7, "mild"), (19, "mild"), (20, "moderate"), (34, "moderate"), (35, "severe")],
    "HAM-D17": [(7, "none"), (8, "mild"), (16, "mild"), (17, "moderate"), (23, "moderate"), (24, "severe")],
    "HAM-A": [(7, "none"), (8, "mild"), (14, "mild"), (15, "moderate"), (23, "moderate"), (24, "severe")],
    "BDI-II": [(13, "minimal"), (14, "mild"), (19, "mild"), (20, "moderate"), (28, "moderate"), (29, "severe")],
    "YMRS": [
        (12, "none_minimal"),
        (13, "mild"),
        (19, "mild"),
        (20, "moderate"),
        (25, "moderate"),
        (26, "severe"),
    ],
    "Y-BOCS": [
        (7, "subclinical"),
        (8, "mild"),
        (15, "mild"),
        (16, "moderate"),
        (23, "moderate"),
        (24, "severe"),
        (31, "severe"),
        (32, "extreme"),
    ],
    "ISI": [
        (7, "none"),
        (8, "subthreshold"),
        (14, "subthreshold"),
        (15, "moderate"),
        (21, "moderate"),
        (22, "severe"),
    ],
    "WSAS": [(9, "subclinical"), (10, "significant"), (20, "significant"), (21, "moderately_severe")],
    "PDSS": [
        (1, "normal"),
        (2, "borderline"),
        (5, "borderline"),
        (6, "slight"),
        (9, "slight"),
        (10, "moderate"),
        (13, "moderate"),
        (14, "marked"),
    ],
}
WITH_AGORAPHOBIA = [
    (2, "below_published_range"),
    (3, "borderline"),
    (7, "borderline"),
    (8, "slight"),
    (10, "slight"),
    (11, "moderate"),
    (15, "moderate"),
    (16, "marked"),
]
CONTEXT = {"PDSS": {"agoraphobia": False}}
ELSEWHERE = {
    "DAST-10": "its ten totals stand in the vectors",
    "MSM": "its points are not the answers: vectors",
    "QIDS-SR16": "its total is no plain sum: below",
}


def filled_to(scale_id: str, total: int) -> Answers:
    """A sheet of a plain sum that adds up to `total`, filled from the first item on."""
    sheet: Answers = {}
    for name, top in RANGES[scale_id].highest.items():
        assert isinstance(top, int)
        sheet[name] = min(top, total)
        total -= min(top, total)
    return sheet


@pytest.mark.parametrize(
    ("scale_id", "total", "band"), [(scale_id, *border) for scale_id, borders in BORDERS.items() for border in borders]
)
def test_border(scale_id: str, total: int, band: str) -> None:
    found = score(scale_id, filled_to(scale_id, total), CONTEXT.get(scale_id))
    assert (found.total, found.band) == (total, band)


@pytest.mark.parametrize(("total", "band"), WITH_AGORAPHOBIA)
def test_border_of_panic_with_agoraphobia(total: int, band: str) -> None:
    assert score("PDSS", filled_to("PDSS", total), {"agoraphobia": True}).band == band


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (5, "none"),
        (6, "mild"),
        (10, "mild"),
        (11, "moderate"),
        (15, "moderate"),
        (16, "severe"),
        (20, "severe"),
        (21, "very_severe"),
    ],
)
def test_border_of_nine_domains(total: int, band: str) -> None:
    domains = ["5", "10", "11", "12", "13", "14", "1", "6", "15"]
    points = dict(zip(domains, [3] * (total // 3) + [total % 3] + [0] * 9, strict=False))
    sheet = {str(item): points.get(str(item), 0) for item in range(1, 17)}
    found = score("QIDS-SR16", sheet)
    assert (found.total, found.band) == (total, band)


@pytest.mark.parametrize(("severity", "band"), [(1, "mild"), (2, "moderate"), (5, "moderate")])
def test_border_of_staging_at_6_and_7(severity: int, band: str) -> None:
    """Duration 3 + failed drugs 2 + severity: 6, 7 and 10."""
    sheet: Answers = {"duration_months": 30, "severity": severity, "failed_drugs": 3, "augmentation": 0, "ect": 0}
    found = score("MSM", sheet)
    assert (found.total, found.band) == (5 + severity, band)


def test_border_of_staging_at_11() -> None:
    """Duration 3 + severity 5 + failed drugs 2 + augmentation 1 = 11."""
    sheet: Answers = {"duration_months": 30, "severity": 5, "failed_drugs": 3, "augmentation": 1, "ect": 0}
    assert score("MSM", sheet).band == "severe"


def test_every_scale_with_bands_has_its_borders_tested() -> None:
    banded = {scale.id for scale in scales().values() if any(bands.applied for bands in scale.bands)}
    assert banded == set(BORDERS) | set(ELSEWHERE)
