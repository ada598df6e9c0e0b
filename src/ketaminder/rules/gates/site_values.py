"""Limits that the responsible physician signs, where no source read gives them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ketaminder.evidence import Library, RuleEvidence, SiteValue
from ketaminder.terms import Criterion, Grade, Message, Product, Refused, Region


@dataclass(frozen=True, slots=True)
class SiteValues:
    """The limits of one site for one product in one region, signed. Made by `sign`, which checks them."""

    region: Region
    product: Product
    values: Mapping[str, float]
    signed_by: str
    signed_on: date

    def limit(self, definition: SiteValue) -> Criterion | None:
        """The signed limit as a criterion; None where the site named none."""
        value = self.values.get(definition.name)
        if value is None:
            return None
        return Criterion(
            f"site.{definition.name.lower()}", definition.label, definition.comparator, value, definition.unit
        )


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A value offered to a site for signature, with the criterion it comes from and how that was read.

    `criterion` None: no value was found in any source read, and the site names its own.
    """

    definition: SiteValue
    criterion: Criterion | None
    grade: Grade | None

    @property
    def said(self) -> Message:
        if self.criterion is None:
            return Message("No value was found in any source read.")
        return Message(
            "Starting point: {value} {unit} ({grade}).",
            value=f"{self.criterion.value:g}",
            unit=self.criterion.unit,
            grade=self.grade,
        )


def starting_points(library: Library, region: Region, product: Product) -> tuple[StartingPoint, ...]:
    """Every value that a site signs for this product and region, in the order of the evidence."""
    return tuple(_starting_point(library, one, region, product) for one in _needed(library, product))


def sign(
    library: Library, region: Region, product: Product, values: Mapping[str, float], signed_by: str, signed_on: date
) -> SiteValues:
    """The site's limits, checked and signed.

    Raises:
        Refused: nobody signs; a value is unknown, missing or no number above zero; or it loosens a criterion that was
            read, which is quoted.
    """
    if not signed_by.strip():
        raise Refused("site values, signed by", signed_by, "the name of the responsible physician")
    known = {one.name: one for one in _needed(library, product)}
    for name in values:
        if name not in known:
            raise Refused("site values", name, f"one of {', '.join(known)}")
    for name, definition in known.items():
        _check(library, definition, values.get(name), region, product)
    return SiteValues(region, product, dict(values), signed_by, signed_on)


def _needed(library: Library, product: Product) -> Iterator[SiteValue]:
    return (one for one in library.site_values.values() if not one.products or product in one.products)


def _check(library: Library, definition: SiteValue, value: float | None, region: Region, product: Product) -> None:
    where = f"site value '{definition.label}'"
    if value is None:
        if definition.required:
            raise Refused(where, value, f"a number in {definition.unit}")
        return
    if isinstance(value, bool) or not (math.isfinite(value) and value > 0):
        raise Refused(where, value, f"a number above zero, in {definition.unit}")
    for rule, read in _governing(library, definition, region, product):
        if definition.looser(value, read.value):
            raise Refused(where, value, f"nothing looser than {read.id}: {read.meaning} {read} ({rule.topic})")


def _governing(
    library: Library, definition: SiteValue, region: Region, product: Product
) -> Iterator[tuple[RuleEvidence, Criterion]]:
    """The criteria that were read for this product and region, or that stand in as the nearest."""
    for id_ in definition.read:
        rule = library.rules[id_.partition(".")[0]]
        if (rule.governs(region) and rule.concerns(product)) or rule.is_nearest_for(region, product):
            yield rule, library.criterion(id_)


def _starting_point(library: Library, definition: SiteValue, region: Region, product: Product) -> StartingPoint:
    """The strictest criterion that was read and governs here, else the one that the evidence offers."""
    read = list(_governing(library, definition, region, product))
    if read:
        rule, criterion = min(read, key=lambda pair: sum(definition.looser(pair[1].value, x.value) for _, x in read))
        return StartingPoint(definition, criterion, rule.weakest_grade)
    if not definition.starting_point:
        return StartingPoint(definition, None, None)
    offered = library.rules[definition.starting_point.partition(".")[0]]
    return StartingPoint(definition, library.criterion(definition.starting_point), offered.weakest_grade)
