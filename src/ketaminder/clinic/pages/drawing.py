"""A chart as HTML: the drawing, and the same as numbers. No template writes it, since a page holds many."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ketaminder.clinic.pages.charts import Chart, Mark
from ketaminder.clinic.templatetags.clinic import number

CROSS, DIAMOND = "m-4,0h8m-4,-4v8", "m0,-5l5,5l-5,5l-5,-5z"
SIGNS = {"level": CROSS, "peak": DIAMOND}
"""How each kind of published value is drawn, from its place."""
KEY_LINE = 22
"""How long a line of the key is; a sign stands in its middle."""


def drawn(chart: Chart, *, demo: bool, opened: bool = False) -> SafeString:
    """The figure; `demo` marks it as demonstration data, `opened` shows its numbers. Every word of it is escaped."""
    note = f'<p class="about">{escape(chart.note)}</p>' if chart.note else ""
    numbers = escape(gettext("The same as numbers"))
    parts = (
        f'<figure class="panel">\n<figcaption>{escape(chart.title)}</figcaption>\n',
        *_picture(chart, demo=demo),
        f'{note}\n<details class="more"{" open" * opened}><summary>{numbers}</summary>\n',
        *_table(chart),
        *_published(chart),
        "</details>\n</figure>\n",
    )
    return mark_safe("".join(parts))  # noqa: S308 (words are escaped where they enter)


def _picture(chart: Chart, *, demo: bool) -> Iterable[str]:
    id_, title = escape(chart.id), escape(chart.title)
    yield (
        f'<svg class="chart" viewBox="0 0 {chart.width:.1f} {chart.height:.1f}" role="img" '
        f'aria-labelledby="{id_}-title {id_}-desc">\n<title id="{id_}-title">{title}</title>\n'
        f'<desc id="{id_}-desc">{escape(chart.description)}</desc>\n'
    )
    yield from _grid(chart)
    yield from _lines(chart)
    yield from _axes(chart)
    yield from _key(chart)
    if demo:
        yield f'<text class="mark end" x="{chart.right:.1f}" y="12">{escape(gettext("Demonstration data"))}</text>'
    yield "\n</svg>\n"


def _grid(chart: Chart) -> Iterable[str]:
    across = "".join(f'<path d="M{chart.left:.1f},{y:.1f}H{chart.right:.1f}"/>' for y, _ in chart.y_ticks)
    yield f'<g class="grid">{across}</g>\n'


def _lines(chart: Chart) -> Iterable[str]:
    yield "".join(f'<path class="{style}" d="{path}"/>' for style, path in chart.regions)
    yield "\n"
    yield "".join(f'<path class="edge" d="{edge}"/>' for edge in chart.edges)
    yield "\n"
    yield "".join(f'<path class="line {style}" d="{line}"/>' for style, line in chart.lines)
    yield "\n"
    yield "".join(_sign(style, x, y) for style, x, y in chart.signs)


def _sign(style: str, x: float, y: float) -> str:
    return f'<path class="sign {style}" d="M{x:.1f},{y:.1f}{SIGNS[style]}"/>'


def _axes(chart: Chart) -> Iterable[str]:
    yield f'\n<path class="axis" d="M{chart.left:.1f},{chart.bottom:.1f}H{chart.right:.1f}"/>\n'
    up = (f'<text x="{chart.left - 6:.1f}" y="{y + 4:.1f}">{_said(value)}</text>' for y, value in chart.y_ticks)
    yield f'<g class="ticks y" translate="no">{"".join(up)}</g>\n'
    along = (f'<text x="{x:.1f}" y="{chart.bottom + 17:.1f}">{_said(hour)}</text>' for x, hour in chart.x_ticks)
    yield f'<g class="ticks x" translate="no">{"".join(along)}</g>\n'
    yield f'<text class="axis-title" x="0" y="12" translate="no">{escape(chart.unit)}</text>\n'
    hours = escape(gettext("hours after the dose begins"))
    yield f'<text class="axis-title end" x="{chart.right:.1f}" y="{chart.bottom + 36:.1f}">{hours}</text>\n'


def _key(chart: Chart) -> Iterable[str]:
    left = chart.key_left
    entries = (
        f'{_key_sign(style, left, y)}<text x="{left + KEY_LINE + 6:.1f}" y="{y + 4:.1f}">{escape(words)}</text>'
        for y, style, words in chart.keys
    )
    yield f'<g class="key">{"".join(entries)}</g>\n'


def _key_sign(style: str, x: float, y: float) -> str:
    """What the entry explains: a sign as it stands in the plot, or a line."""
    if style in SIGNS:
        return _sign(style, x + KEY_LINE / 2, y)
    return f'<path class="{style}" d="M{x:.1f},{y:.1f}h{KEY_LINE}"/>'


def _table(chart: Chart) -> Iterable[str]:
    title, unit = escape(chart.title), escape(chart.unit)
    beside = (gettext("other models"),) if chart.others else ()
    heads = (gettext("Hours"), *(curve.key for curve in chart.curves), *beside, *(band.key for band in chart.bands))
    yield f'<table class="numbers">\n<caption>{title}, <span translate="no">{unit}</span></caption>\n'
    yield f'<thead><tr>{_heads(heads)}</tr></thead>\n<tbody translate="no">'
    for place, (hour, values, bands) in enumerate(chart.table):
        spans = (*chart.others_table[place : place + 1], *bands)
        cells = (*map(_said, values), *(f"{_said(low)}–{_said(high)}" for low, high in spans))
        yield f'<tr><th scope="row">{_said(hour)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
    yield "</tbody>\n</table>\n"


def _published(chart: Chart) -> Iterable[str]:
    if not chart.published_table:
        return
    said, unit = escape(gettext("Published values drawn here")), escape(chart.unit)
    yield f'<table class="numbers">\n<caption>{said}, <span translate="no">{unit}</span></caption>\n'
    yield f"<thead><tr>{_heads((gettext('Hours'), gettext('Value')))}</tr></thead>\n"
    for of, marks in chart.published_table.items():
        yield f'<tbody translate="no"><tr><th class="of" scope="rowgroup" colspan="2">{escape(of)}</th></tr>'
        yield from map(_published_row, marks)
        yield "</tbody>\n"
    yield "</table>"


def _published_row(mark: Mark) -> str:
    """A peak stands at the hour of the drawn peak, which is no hour that was published."""
    hour = escape(gettext("peak")) if mark.peak else _said(mark.hour)
    return f'<tr><th scope="row">{hour}</th><td>{_said(mark.value)}</td></tr>'


def _heads(words: Iterable[str]) -> str:
    return "".join(f'<th scope="col">{escape(one)}</th>' for one in words)


def _said(value: float) -> str:
    """What is below a thousandth is written with a sign that HTML reads."""
    return number(value).replace("<", "&lt;")
