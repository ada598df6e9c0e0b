"""A simulation as an xarray Dataset and as a Parquet file, with units and sources inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ketaminder.pharmacology.exchange.extra import library
from ketaminder.pharmacology.kinetics import follow_many, with_sums
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.population import QUANTILES, virtual_people
from ketaminder.pharmacology.simulation import Simulation

if TYPE_CHECKING:
    import xarray

UNIT = "ng/mL"


def dataset(simulation: Simulation, individuals: dict[str, Array] | None = None) -> xarray.Dataset:
    """The plasma concentrations of a simulation.

    Args:
        simulation: what `simulate` answered.
        individuals: of `individuals(...)`, where each virtual person's own curve is wanted.

    Returns:
        `typical` (analyte, time), `band` (analyte, quantile, time) and, where asked for, `individual` (analyte, people,
        time), all in ng/mL; doses, model, assumptions, warnings and sources as attributes.

    Raises:
        Refused: xarray is not installed.
    """
    xr = library("xarray")
    analytes = list(simulation.analytes)
    curves = [simulation.analytes[name].curve for name in analytes]
    variables: dict[str, Any] = {
        "typical": (("analyte", "time"), np.stack([one.typical for one in curves]), {"units": UNIT}),
        "band": (("analyte", "quantile", "time"), np.stack([one.bands.values for one in curves]), {"units": UNIT}),
    }
    if individuals is not None:
        people = np.stack([individuals[name] for name in analytes])
        variables["individual"] = (("analyte", "people", "time"), people, {"units": UNIT})
    coordinates = {
        "analyte": analytes,
        "quantile": list(QUANTILES),
        "time": ("time", simulation.times_h, {"units": "h", "long_name": "hours after the start"}),
    }
    found: xarray.Dataset = xr.Dataset(variables, coordinates, about(simulation))
    return found


def individuals(simulation: Simulation, rng: np.random.Generator | int) -> dict[str, Array]:
    """Every virtual person's concentrations, ng/mL, (people, times): with the simulation's seed, its very people."""
    people = simulation.people if simulation.model.variability else 1
    drawn = virtual_people(simulation.model, simulation.patient, people, np.random.default_rng(rng))
    return with_sums(follow_many(simulation.model, drawn, people, simulation.doses, simulation.times_h))


def about(simulation: Simulation) -> dict[str, Any]:
    """Everything that must stand beside the numbers, as text and lists of text."""
    model = simulation.model
    return {
        "model": model.id,
        "matrix": model.matrix,
        "virtual_people": simulation.people,
        "doses": [
            f"{one.drug} {one.route} {one.amount_mg:g} mg at {one.time_h:g} h over {one.duration_h:g} h"
            for one in simulation.doses
        ],
        "assumed": [str(message) for message in simulation.assumed],
        "warnings": [str(message) for message in simulation.warnings],
        "sources": [source.citation for source in simulation.sources],
    }


def parquet(simulation: Simulation, beside: Mapping[str, list[str]] = MappingProxyType({})) -> bytes:
    """A long table: analyte, time_h, statistic (typical, p05 ... p95), concentration_ng_per_mL.

    The schema's metadata holds `about` as JSON under the key `ketaminder`, and each column its unit. `beside` replaces
    parts of `about` where more is known: what stood in for what a scenario does not say, and what it lies outside of.

    Raises:
        Refused: pyarrow is not installed.
    """
    pa, pq = library("pyarrow"), library("pyarrow.parquet")
    columns: dict[str, list[Any]] = {"analyte": [], "time_h": [], "statistic": [], "concentration_ng_per_mL": []}
    for name, analyte in simulation.analytes.items():
        quantiles = {f"p{100 * one:02.0f}": analyte.curve.bands.at(one) for one in QUANTILES}
        for statistic, curve in {"typical": analyte.curve.typical, **quantiles}.items():
            size = curve.size
            columns["analyte"] += size * [name]
            columns["time_h"] += simulation.times_h.tolist()
            columns["statistic"] += size * [statistic]
            columns["concentration_ng_per_mL"] += curve.tolist()
    schema = pa.schema(
        [
            pa.field("analyte", pa.string()),
            pa.field("time_h", pa.float64(), metadata={"unit": "h"}),
            pa.field("statistic", pa.string()),
            pa.field("concentration_ng_per_mL", pa.float64(), metadata={"unit": UNIT}),
        ],
        metadata={"ketaminder": json.dumps(about(simulation) | dict(beside), ensure_ascii=False)},
    )
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns, schema=schema), sink)
    return bytes(sink.getvalue())
