"""What stands on a page so often that a template would be slow: charts, citations, and the visits of a course."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from ketaminder.clinic.pages import drawing
from ketaminder.clinic.pages.charts import Chart
from ketaminder.clinic.templatetags.clinic import grade, prose, short_day, to
from ketaminder.plan.timetable import Visit
from ketaminder.terms import Citation

register = template.Library()


@register.filter
def drawn(chart: Chart, demo: object) -> SafeString:
    """The chart as a figure; `demo` marks it as demonstration data."""
    return drawing.drawn(chart, demo=bool(demo))


@register.filter
def drawn_with_numbers(chart: Chart, demo: object) -> SafeString:
    """The chart with its numbers shown beside it."""
    return drawing.drawn(chart, demo=bool(demo), opened=True)


@register.filter
def cited(citation: Citation) -> SafeString:
    """The document, where in it, and how it was read."""
    where = f', <span translate="no">{escape(citation.locator)}</span>' if citation.locator else ""
    document = f'<cite translate="no">{escape(citation.source.citation)}</cite>'
    return mark_safe(f'<span class="seen">{document}{where} ({grade(citation.grade)})</span>')  # noqa: S308 (escaped)


@register.filter
def visit_rows(visits: Sequence[Visit]) -> SafeString:
    """The rows of a table of visits: number, date, week, phase, dose."""
    return mark_safe("".join(map(_visit_row, visits)))  # noqa: S308 (escaped)


def _visit_row(visit: Visit) -> str:
    cells = (short_day(visit.on), str(visit.week), prose(visit.phase), to(visit.lowest, visit.highest))
    return f'<tr><th scope="row">{visit.number}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>\n'
