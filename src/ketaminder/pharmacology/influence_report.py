"""What changes exposure as a page: every published effect, on which pathway it acts, and what each model calls it."""

from __future__ import annotations

from collections.abc import Iterator

from ketaminder.pharmacology.influence import Effect, effects
from ketaminder.pharmacology.influenced import apart, with_clearance
from ketaminder.pharmacology.model import Model, Pathway
from ketaminder.pharmacology.models import discover
from ketaminder.pharmacology.population import typical_person
from ketaminder.pharmacology.question import standing_in
from ketaminder.terms import Patient

COMMAND = "ketaminder models influences"
INTRODUCTION = """# What changes exposure

Written by `ketaminder models influences`; do not edit. A test fails when this page is stale.

A simulation scenario may name what changes exposure: `"influences": ["clarithromycin"]`. `ketaminder simulate` then
says what each study found, and multiplies the typical person's peak and area by the printed ratio **only** where the
same drug was studied by the same route. Curves and models stay as published, and no warning goes away.

- Another drug or route is named and not carried over: first pass matters, so an oral ratio says nothing of a vein. The
  racemate takes nothing from a study of esketamine.
- A ratio that was only recalled is a caution and is not applied. A range over degrees of impairment is said only.
- Several influences together were not studied: each is said alone, and none is applied.
- Areas were published over the studies' own hours; here the ratio multiplies the area of the first 24 h.
- Peak and area have separate ratios, as printed. A half-life ratio is said only.
- **Clearance and availability** are told apart where the study allows it: an area by vein is dose over clearance; an
  area by mouth is availability times dose over clearance, so the same study's area by vein separates them. A dose by
  mouth alone tells nothing apart. Where clearance alone changes, the typical person is also **followed** with that flow
  times the ratio. Only the drug itself is given so: what becomes of its metabolite was not told apart.
- After an inhibitor of CYP2B6, a model that tells this enzyme apart (Ashraf 2018: 63% of the liver's clearance) also
  says what follows with the enzyme **wholly inactive**: the farthest that such an inhibitor can go.
"""


def report() -> str:
    """The page, in Markdown; the same bytes every time."""
    return "\n".join([INTRODUCTION, *_effects(), "", *_apart(), "", *_pathways(), ""])


def _effects() -> Iterator[str]:
    yield "| influence | after | on | printed | through | source | grade |"
    yield "|---|---|---|---|---|---|---|"
    for one in sorted(effects(), key=lambda one: (one.influence, one.route, one.drug)):
        after = f"{one.drug}, {one.route}"
        cells = (one.influence, after, one.analyte, one.printed, _through(one), _cited(one), one.citation.grade)
        yield f"| {' | '.join(map(_escaped, cells))} |"


def _through(one: Effect) -> str:
    return f"{one.by}: {', '.join(one.changes)}" if one.changes else one.by


def _cited(one: Effect) -> str:
    return f"{one.citation.source.citation} {one.citation.locator[:1].upper()}{one.citation.locator[1:]}."


def _escaped(text: str) -> str:
    return str(text).replace("*", r"\*")


def _apart() -> Iterator[str]:
    yield "## Clearance and availability, each alone"
    yield ""
    yield "| influence | after | on | clearance | availability | how |"
    yield "|---|---|---|---|---|---|"
    for one in effects():
        found = apart(one)
        if found.clearance is not None:
            share = "" if found.availability is None else f"times {found.availability:.3g}"
            after = f"{one.drug}, {one.route}, {one.citation.source.id}"
            clearance = f"times {found.clearance:.3g}"
            yield f"| {_escaped(one.influence)} | {after} | {one.analyte} | {clearance} | {share} | {found.how} |"


def _pathways() -> Iterator[str]:
    yield "## What each model calls a pathway"
    yield ""
    yield (
        "Clearance is *followed* where its parameter is the rate of what leaves the central compartment. Where the "
        "liver's blood flow limits clearance, it is not proportional to any parameter, and the ratio is said only."
    )
    yield ""
    yield f"| model | {' | '.join(Pathway)} | clearance is |"
    yield "|---|---|---|---|---|"
    for model in discover():
        cells = [", ".join(model.pathways.get(pathway, ())) or "none" for pathway in Pathway]
        yield f"| {model.id} | {' | '.join(cells)} | {_followed(model)} |"


def _followed(model: Model) -> str:
    somebody, _ = standing_in(model, Patient("typical person"))
    found = with_clearance(model, typical_person(model, somebody), 1.0)
    return "said" if found is None else "followed"
