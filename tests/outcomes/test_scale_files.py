"""The scales' files: every number has a source, ranges agree with each other, bands leave no gap."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from ketaminder.outcomes import Scale, scales
from ketaminder.outcomes.context import read_context
from ketaminder.outcomes.flags import FLAG_RULES
from ketaminder.outcomes.scale import Answer, Cited, Items
from ketaminder.outcomes.scales import read_sources
from ketaminder.outcomes.scoring import METHODS
from ketaminder.terms import COMPARATORS

FOLDER = files("ketaminder.evidence") / "scales"
FILES = {
    path.name: tomllib.loads(path.read_text("utf-8"))
    for path in FOLDER.iterdir()
    if path.name.endswith(".toml") and path.name != "sources.toml"
}
SCALES = list(scales().values())
LOINC = re.compile(r"\d{3,6}-\d")
UNITS = {"% fall from baseline", "points fall from baseline", "points, total", "points, item", "points"}


def tables(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table of a file that must carry sources."""
    for name, value in document.items():
        if isinstance(value, dict):
            yield name, value
        elif isinstance(value, list):
            yield from ((name, row) for row in value)


def each(scale: Scale) -> Iterator[Cited]:
    yield from (scale.scoring, scale.recall, scale.missing, scale.rights, *scale.items, *scale.subscales)
    yield from (*scale.bands, *scale.flags, *scale.risks.values(), *scale.changes, *scale.validity, *scale.loinc)
    yield from (part for part in (scale.total, scale.proration) if part)


def ends(block: Items, coding: str) -> tuple[int, int] | None:
    """Fewest and most points that one item of the run can give; None without an upper end."""
    if block.steps:
        points = [step.points for step in block.steps]
        return min(points), max(points)
    answers: list[Answer] = list(block.words)
    bounds = block.bounds(coding)
    if bounds is not None:
        if bounds[1] is None:
            return None
        answers += range(bounds[0], bounds[1] + 1)
    points = [number for answer in answers if (number := block.points_of(answer)) is not None]
    return min(points), max(points)


def attainable(scale: Scale, end: int) -> int | None:
    """The lowest (0) or highest (1) sum of the items' points, groups counted once."""
    codings = [name for block in scale.items for name in block.codings] or [""]
    grouped = {name for group in scale.highest_of for name in group[1:]}
    sums = []
    for coding in codings:
        total = 0
        for block in scale.items:
            found = ends(block, coding)
            if found is None or block.open_ended:
                return None
            if block.need == "none":
                continue
            names = block.names[:1] if block.need == "one" else [name for name in block.names if name not in grouped]
            total += len(names) * found[end]
        sums.append(total)
    return max(sums) if end else min(sums)


@pytest.mark.parametrize("name", FILES)
def test_every_table_has_sources_with_locator_and_grade(name: str) -> None:
    for table, row in tables(FILES[name]):
        assert row["sources"], table
        assert all(source["locator"] and source["grade"] for source in row["sources"]), table


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_every_scale_says_direction_rater_recall_rights_and_missing_rule(scale: Scale) -> None:
    assert scale.direction in ("higher is worse", "higher is better")
    assert scale.name
    assert scale.measures
    assert scale.rater
    assert scale.item_text.split(",")[0].split(" ")[0] in ("yes", "no", "own", "conditional:")
    assert all(part.text.endswith(".") for part in (scale.scoring, scale.recall, scale.missing, scale.rights))


@pytest.mark.parametrize("scale", [s for s in SCALES if s.total], ids=lambda scale: scale.id)
def test_item_ranges_add_up_to_the_published_total(scale: Scale) -> None:
    assert scale.total is not None
    lowest, highest = attainable(scale, 0), attainable(scale, 1)
    if scale.ceiling is not None:
        assert highest is not None
        assert highest > scale.ceiling
        assert scale.total.why
        highest = scale.ceiling
    assert (lowest, highest) == (scale.total.lowest, scale.total.highest)


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_subscale_ranges_add_up_and_name_items_of_the_scale(scale: Scale) -> None:
    for part in scale.subscales:
        blocks = [scale.block(name) for name in part.items]
        found = [ends(block, "") for block in blocks if block]
        assert len(found) == len(part.items)
        assert sum(end[1] for end in found if end) == part.highest
        lowest = sum(end[0] for end in found if end)
        assert lowest == part.lowest or scale.id == "CGI-S/CGI-I/PGI"  # there 0 is not assessed, and never a rating


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_bands_cover_the_range_without_gap_or_overlap(scale: Scale) -> None:
    for bands in scale.bands:
        assert scale.total is not None
        covered = [total for band in bands.levels for total in range(band.lowest, band.highest + 1)]
        assert covered == list(range(scale.total.lowest, scale.total.highest + 1)), bands.name
        assert len({band.label for band in bands.levels}) == len(bands.levels)


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_names_resolve(scale: Scale) -> None:
    names = [name for block in scale.items for name in block.names]
    assert len(names) == len(set(names))
    assert scale.method in METHODS
    assert all(scale.block(name) for group in scale.highest_of for name in group)
    for flag in scale.flags:
        assert flag.rule in FLAG_RULES
        assert flag.meaning.endswith(".")
        assert all(scale.block(name) for name in flag.items)
    criteria = [change.criterion for change in scale.changes] + [flag.criterion for flag in scale.flags]
    for criterion in criteria:
        assert criterion is None or (criterion.comparator in COMPARATORS and criterion.unit in UNITS)
    assert all(change.unless in ("", *(other.name for other in scale.changes)) for change in scale.changes)


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.id)
def test_loinc_codes_have_their_form_and_a_valid_check_digit(scale: Scale) -> None:
    for code in scale.loinc:
        assert LOINC.fullmatch(code.code)
        assert code.code[-1] == check_digit(code.code[:-2]), code.code
    assert len({code.code for code in scale.loinc}) == len(scale.loinc)


def check_digit(digits: str) -> str:
    """The Mod 10 (Luhn) check digit of a LOINC number, as the LOINC Users' Guide defines it."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::-2])
    return str(-(doubled + sum(int(digit) for digit in digits[-2::-2])) % 10)


def test_check_digit_of_a_known_code() -> None:
    """2951-2 (sodium): 1 and 9 doubled are 2 and 18 (1 + 8 = 9); 2 + 5 + 9 + 2 = 18; 2 more make 20."""
    assert check_digit("2951") == "2"


def test_every_source_is_cited_and_none_is_named_twice() -> None:
    cited = {citation.source.id for scale in SCALES for part in each(scale) for citation in part.citations}
    own = set(tomllib.loads((FOLDER / "sources.toml").read_text("utf-8")))
    general = set(tomllib.loads((files("ketaminder.evidence") / "sources.toml").read_text("utf-8")))
    assert own <= cited
    assert not own & general
    assert cited <= set(read_sources(files("ketaminder.evidence")))


def test_every_flag_rule_is_used() -> None:
    assert {flag.rule for scale in SCALES for flag in scale.flags} == set(FLAG_RULES)


def test_every_context_name_is_read_by_its_scale() -> None:
    for scale in SCALES:
        context = {"coding": next(name for block in scale.items for name in block.codings)} if _coded(scale) else {}
        assert set(read_context(scale, context)) == set(scale.context)
        assert all(set(bands.when) <= set(scale.context) for bands in scale.bands)


def _coded(scale: Scale) -> bool:
    return any(block.codings for block in scale.items)
