"""What one item alone does: which subscale it belongs to, and which flag it raises. Memberships typed by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketaminder.outcomes import score, scoring
from ketaminder.outcomes.scale import Subscale
from ketaminder.outcomes.scales import find

from .sheets import Answers, items

PTSD_CLUSTERS = {"B": range(1, 6), "C": range(6, 8), "D": range(8, 15), "E": range(15, 21)}
MEMBERSHIP: dict[str, tuple[int, dict[str, range | list[int]]]] = {
    "PCL-5": (20, dict(PTSD_CLUSTERS)),
    "CAPS-5": (20, dict(PTSD_CLUSTERS)),
    "Y-BOCS": (10, {"obsessions": range(1, 6), "compulsions": range(6, 11)}),
    "HAM-A": (14, {"psychic": [1, 2, 3, 4, 5, 6, 14], "somatic": range(7, 14)}),
}
FLAGGED_ITEM: dict[str, tuple[str, Answers, str]] = {
    "PHQ-9": ("ITEM9_POSITIVE", items(9, 0), "9"),
    "QIDS-SR16": ("SUICIDE_ITEM_POSITIVE", items(16, 0), "12"),
    "MADRS": ("SUICIDE_ITEM_POSITIVE", items(10, 0), "10"),
    "HAM-D17": ("SUICIDE_ITEM_POSITIVE", {**items(15, 0), "16b": 0, "17": 0}, "3"),
    "BDI-II": ("SUICIDE_ITEM_POSITIVE", items(21, 0), "9"),
}
SMALLEST_PATTERN = ("3", "7", "9", "14", "15", "20")  # one item of B, one of C, two of D, two of E


@pytest.mark.parametrize("scale_id", MEMBERSHIP)
def test_an_item_counts_in_its_subscale_alone(scale_id: str) -> None:
    count, membership = MEMBERSHIP[scale_id]
    for item in range(1, count + 1):
        found = score(scale_id, items(count, 0) | {str(item): 1}).subscales
        assert found == {name: int(item in members) for name, members in membership.items()}, item


@pytest.mark.parametrize("scale_id", FLAGGED_ITEM)
def test_only_the_suicidal_thoughts_item_raises_its_flag(scale_id: str) -> None:
    flag, zero, item = FLAGGED_ITEM[scale_id]
    assert [name for name in zero if flag in score(scale_id, {**zero, name: 1}).flags] == [item]


def test_the_ptsd_pattern_needs_every_item_of_its_smallest_form() -> None:
    pattern = items(20, 1) | dict.fromkeys(SMALLEST_PATTERN, 2)
    assert score("PCL-5", pattern).flags == ("PCL5_DSM_PATTERN",)
    for item in SMALLEST_PATTERN:
        assert score("PCL-5", {**pattern, item: 1}).flags == ()


@pytest.mark.parametrize("item", ["1", "2", "3"])
def test_any_area_of_the_disability_scale_raises_its_flag_from_5(item: str) -> None:
    assert score("SDS", items(3, 4) | {item: 5}).flags == ("SDS_ITEM_GE5",)


@pytest.mark.parametrize("item", ["2", "3"])
def test_points_beyond_the_first_alcohol_item_lift_its_flag(item: str) -> None:
    assert "AUDITC_Q1_ONLY" not in score("AUDIT-C", {"1": 4, "2": 0, "3": 0, item: 1}).flags


@pytest.mark.parametrize("core", ["1", "2"])
def test_either_core_item_makes_the_other_depressive_pattern(core: str) -> None:
    sheet = items(9, 0) | {core: 2, "5": 2}
    assert score("PHQ-9", sheet).flags == ("PHQ_OTHER_PATTERN",)
    assert score("PHQ-9", {**sheet, "5": 1}).flags == ()


def test_four_positive_items_are_the_other_pattern_and_five_the_major_one() -> None:
    four = items(9, 0) | dict.fromkeys(("1", "3", "4", "5"), 2)
    assert score("PHQ-9", four).flags == ("PHQ_OTHER_PATTERN",)
    assert score("PHQ-9", four | {"6": 2}).flags == ("PHQ_MAJOR_PATTERN",)


@pytest.mark.parametrize("substance", ["tobacco", "alcohol", "illegal_drugs", "prescription_misuse"])
@pytest.mark.parametrize("often", ["less_than_monthly", "monthly", "weekly", "daily"])
def test_any_substance_opens_part_two(substance: str, often: str) -> None:
    never = dict.fromkeys(("tobacco", "alcohol", "illegal_drugs", "prescription_misuse"), "never")
    assert score("TAPS", {**never, substance: often}).flags == ("TAPS_PART_2_DUE",)


def test_an_improvement_of_3_is_no_response() -> None:
    assert score("CGI-S/CGI-I/PGI", {"cgi_i": 3}).flags == ()


@pytest.mark.parametrize("system", [str(number) for number in range(1, 10)])
def test_each_body_system_counts_once_when_it_distresses(system: str) -> None:
    assert score("PRISE", items(9, 0) | {system: 2}).subscales == {"distressing": 1}
    assert score("PRISE", items(9, 0) | {system: 1}).subscales == {"distressing": 0}


@pytest.mark.parametrize(
    ("scale_id", "needed", "item", "highest"),
    [
        ("PHQ-9", items(9, 0), "10", 3),
        ("SSI/BSS", items(19, 0), "20", 2),
        ("SSI/BSS", items(19, 0), "21", 2),
        ("EQ-5D-5L", items(5, 1), "vas", 100),
    ],
)
def test_an_item_that_is_not_added_has_a_range_too(scale_id: str, needed: Answers, item: str, highest: int) -> None:
    without = score(scale_id, needed)
    assert score(scale_id, {**needed, item: highest}).total == without.total
    assert score(scale_id, {**needed, item: highest + 1}).status == "refused"
    assert score(scale_id, {**needed, item: -1}).status == "refused"


def test_a_subscale_with_a_missing_item_has_no_sum_on_a_prorated_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No scale that ships has both; here items 1 and 2 of the PHQ-9 are one part and 8 and 9 another, 9 missing."""
    phq9 = find("PHQ-9")
    parts = tuple(
        Subscale(citations=(), name=name, items=numbers, lowest=0, highest=6)
        for name, numbers in (("first", ("1", "2")), ("last", ("8", "9")))
    )
    monkeypatch.setattr(scoring, "find", lambda _: replace(phq9, subscales=parts))
    found = score("PHQ-9", {**items(9, 1), "9": None}, {"policy": "prorate"})
    assert (found.total, found.subscales) == (9, {"first": 2})
