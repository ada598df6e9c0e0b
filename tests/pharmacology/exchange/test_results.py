"""A simulation out as an xarray Dataset and as Parquet: the same numbers, with units and sources inside."""

from __future__ import annotations

import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from ketaminder.pharmacology import Population, Simulation, discover, simulate
from ketaminder.pharmacology.exchange import extra
from ketaminder.pharmacology.exchange.results import dataset, individuals, parquet
from ketaminder.terms import Dose, Drug, Patient, Refused, Route


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    (model,) = (one for one in discover() if one.id == "otto_2021")
    infusion = Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0, 0.0, 2 / 3)
    return simulate(model, Patient("p", weight_kg=70.0), [infusion], np.linspace(0.1, 6, 12), Population(50, 3))


def test_a_dataset_holds_curves_bands_and_people(simulation: Simulation) -> None:
    found = dataset(simulation, individuals(simulation, 3))
    assert found.sizes == {"analyte": 6, "time": 12, "quantile": 5, "people": 50}
    curve = simulation.analytes["ketamine"].curve
    assert np.array_equal(found["typical"].sel(analyte="ketamine"), curve.typical)
    assert np.array_equal(found["band"].sel(analyte="ketamine", quantile=0.95), curve.bands.at(0.95))
    assert found["typical"].attrs["units"] == found["band"].attrs["units"] == "ng/mL"
    assert found["time"].attrs["units"] == "h"
    assert "ketamine intravenous 35 mg at 0 h over 0.666667 h" in found.attrs["doses"]
    assert any("Otto" in source for source in found.attrs["sources"])


def test_the_people_of_the_same_seed_are_those_of_the_bands(simulation: Simulation) -> None:
    own = dataset(simulation, individuals(simulation, 3))
    again = own["individual"].quantile([0.05, 0.5], dim="people")
    assert np.allclose(again.values.swapaxes(0, 1), own["band"].sel(quantile=[0.05, 0.5]), rtol=1e-12)


def test_a_parquet_table_read_by_another_library_holds_the_same_numbers(simulation: Simulation) -> None:
    table = pq.read_table(io.BytesIO(parquet(simulation)))
    assert table.column_names == ["analyte", "time_h", "statistic", "concentration_ng_per_mL"]
    assert table.num_rows == 6 * 12 * 6
    rows = table.to_pylist()
    chosen = [row for row in rows if (row["analyte"], row["statistic"]) == ("norketamine", "p95")]
    assert [row["time_h"] for row in chosen] == simulation.times_h.tolist()
    upper = simulation.analytes["norketamine"].curve.bands.at(0.95)
    assert [row["concentration_ng_per_mL"] for row in chosen] == upper.tolist()
    assert table.schema.field("concentration_ng_per_mL").metadata == {b"unit": b"ng/mL"}
    about = json.loads(table.schema.metadata[b"ketaminder"])
    assert about["model"] == "otto_2021"
    assert any("Otto" in source for source in about["sources"])


def test_a_library_that_is_not_there_is_named_with_the_way_to_get_it() -> None:
    with pytest.raises(Refused, match=r"got 'no_such_library'; required: the extra `science`.*pip install"):
        extra.library("no_such_library")
