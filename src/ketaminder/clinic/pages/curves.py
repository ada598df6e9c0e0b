"""From simulations to rows of small charts on shared scales, one row a dose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils.text import capfirst
from django.utils.translation import gettext

from ketaminder.clinic.pages.charts import Band, Chart, Curve, Marks, Scale, scale_for
from ketaminder.clinic.templatetags.clinic import number, prose, word
from ketaminder.pharmacology import Model, Simulation
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.population import QUANTILES
from ketaminder.pharmacology.receptor import Affinity
from ketaminder.plan import Comparison, DoseOption
from ketaminder.terms import Message, Product

HOURS = Scale(24.0, (0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0))
TABLE_HOURS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0)


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """One analyte's exposure in the typical person, as printed."""

    analyte: str
    cmax: str
    tmax: str
    auc: str


@dataclass(frozen=True, slots=True)
class Row:
    """One dose: which protocols offer it and when, its charts, exposures, and all that must stand beside them."""

    id: str
    label: str
    offers: tuple[tuple[str, str], ...]
    arithmetic: Message
    charts: tuple[Chart, ...]
    exposures: tuple[ExposureRow, ...]
    warnings: tuple[Message, ...]
    assumed: tuple[Message, ...]
    model: Model
    affinities: tuple[Affinity, ...]
    people: int


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A dose that several protocols may offer, with its simulation."""

    dose: DoseOption
    simulation: Simulation
    product: Product
    offers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One column of charts: what it shows of a simulation, in the unit of its axis; quantiles as in `QUANTILES`."""

    name: str
    title: Callable[[Simulation], str]
    unit: str
    quantiles: Callable[[Simulation], Array]
    curves: Callable[[Simulation], tuple[Curve, ...]]
    note: Callable[[Simulation], str] = lambda _: ""


def rows_of(comparison: Comparison) -> tuple[Row, ...]:
    """Every dose that is drawn, each once, in the order of the protocols."""
    drawn = _drawn(comparison)
    scales = [_shared_scale(panel, [each.simulation for each in drawn]) for panel in PANELS] if drawn else []
    return tuple(_row(f"dose-{place}", each, scales) for place, each in enumerate(drawn, start=1))


def shared_warnings(rows: Sequence[Row]) -> tuple[Message, ...]:
    """The warnings that hold for every row, in the order of the first."""
    return tuple(m for m in rows[0].warnings if all(m in row.warnings for row in rows)) if rows else ()


def _drawn(comparison: Comparison) -> list[_Drawn]:
    found: dict[tuple[object, ...], _Drawn] = {}
    for option in comparison.options:
        for dose in option.doses:
            if dose.simulation is None:
                continue
            key = (dose.simulation.model.id, dose.simulation.doses)
            first = found.get(key) or _Drawn(dose, dose.simulation, option.protocol.product, ())
            found[key] = replace(first, offers=(*first.offers, (option.protocol.name, dose.when)))
    return list(found.values())


def _row(id_: str, drawn: _Drawn, scales: Sequence[Scale]) -> Row:
    simulation = drawn.simulation
    return Row(
        id=id_,
        label=_label(drawn),
        offers=drawn.offers,
        arithmetic=drawn.dose.arithmetic,
        charts=tuple(panel_chart(id_, panel, scale, simulation) for panel, scale in zip(PANELS, scales, strict=True)),
        exposures=tuple(_exposure(simulation, name) for name in simulation.leading),
        warnings=simulation.warnings,
        assumed=simulation.assumed,
        model=simulation.model,
        affinities=tuple(each.affinity for each in simulation.occupancy),
        people=simulation.people,
    )


def _label(drawn: _Drawn) -> str:
    said = gettext("{product}, {amount} mg").format(product=word(drawn.product), amount=number(drawn.dose.amount_mg))
    return capfirst(said)


def _exposure(simulation: Simulation, name: str) -> ExposureRow:
    exposure = simulation.analytes[name].exposure
    return ExposureRow(
        name, number(exposure.cmax_ng_per_mL), number(exposure.tmax_h), number(exposure.auc_24h_ng_h_per_mL)
    )


def _plasma(place: int) -> Panel:
    """The panel of the parent (0) or of the metabolite (1)."""
    return _plasma_panel(("parent", "metabolite")[place], lambda simulation: simulation.leading[place])


def plasma(analyte: str) -> Panel:
    """The panel of one analyte."""
    return _plasma_panel(analyte, lambda _: analyte)


def _plasma_panel(name: str, analyte_of: Callable[[Simulation], str]) -> Panel:
    def title(simulation: Simulation) -> str:
        return capfirst(gettext("{analyte} in plasma").format(analyte=word(analyte_of(simulation))))

    def quantiles(simulation: Simulation) -> Array:
        return simulation.analytes[analyte_of(simulation)].curve.bands.values

    def curves(simulation: Simulation) -> tuple[Curve, ...]:
        return (Curve("typical", gettext("typical person"), simulation.analytes[analyte_of(simulation)].curve.typical),)

    return Panel(name, title, "ng/mL", quantiles, curves)


def _occupancy_quantiles(simulation: Simulation) -> Array:
    return 100 * simulation.occupancy[0].curve.bands.values


def short_label(affinity: Affinity) -> str:
    """The paper of an affinity set, without what was measured."""
    return affinity.label.partition(",")[0]


def _occupancy_curves(simulation: Simulation) -> tuple[Curve, ...]:
    styles = ("typical", "second")
    return tuple(
        Curve(style, prose(short_label(each.affinity)), 100 * each.curve.typical)
        for style, each in zip(styles, simulation.occupancy, strict=True)
    )


def _occupancy_note(simulation: Simulation) -> str:
    first, second = (prose(each.affinity.label) for each in simulation.occupancy)
    return gettext("Line and band: {first}. Dashed: {second}.").format(first=first, second=second)


PANELS = (
    _plasma(0),
    _plasma(1),
    Panel(
        "occupancy",
        lambda _: gettext("NMDA receptors occupied (estimate)"),
        "%",
        _occupancy_quantiles,
        _occupancy_curves,
        _occupancy_note,
    ),
)


def bands_of(quantiles: Array, *, inner: bool) -> tuple[Band, ...]:
    """The band of nine in ten people and, where it is wanted, that of half of them."""
    rows = dict(zip(QUANTILES, quantiles, strict=True))
    wide = Band(gettext("5% to 95% of people"), rows[0.05], rows[0.95])
    return (wide, Band(gettext("25% to 75% of people"), rows[0.25], rows[0.75], "inner")) if inner else (wide,)


def _shared_scale(panel: Panel, simulations: Sequence[Simulation]) -> Scale:
    highest = [float(panel.quantiles(simulation)[-1].max()) for simulation in simulations]
    highest += [float(np.max(curve.values)) for simulation in simulations for curve in panel.curves(simulation)]
    return scale_for(max(highest))


def panel_chart(
    id_: str,
    panel: Panel,
    scale: Scale,
    simulation: Simulation,
    *,
    inner: bool = False,
    hours: Scale = HOURS,
    table_hours: tuple[float, ...] = TABLE_HOURS,
    published: tuple[Marks, ...] = (),
) -> Chart:
    """One panel of one simulation. Without virtual people there is no band, and the note says so."""
    quantiles, curves = panel.quantiles(simulation), panel.curves(simulation)
    alone = simulation.people == 1
    no_band = gettext("No band: this model knows no differences between people.") if alone else ""
    return Chart(
        id=f"{id_}-{panel.name}",
        title=panel.title(simulation),
        description=_description(panel.unit, hours.top, simulation.times_h, curves[0].values, quantiles[-1]),
        unit=panel.unit,
        times_h=simulation.times_h,
        hours=hours,
        vertical=scale,
        bands=() if alone else bands_of(quantiles, inner=inner),
        curves=curves,
        table_hours=table_hours,
        note=" ".join(filter(None, (panel.note(simulation), no_band))),
        published=published,
    )


def _description(unit: str, end_h: float, times_h: Array, typical: Array, high: Array) -> str:
    peak = int(np.argmax(typical))
    said = gettext(
        "Over {end} hours. The typical person peaks at {peak} {unit} after {hours} hours; "
        "the band reaches {high} {unit}."
    )
    return said.format(
        end=number(end_h),
        peak=number(typical[peak]),
        hours=number(times_h[peak]),
        high=number(float(high.max())),
        unit=unit,
    )
