"""What an instrument measures, and which fall counts: against the definitions that scales publish, and by hand."""

from __future__ import annotations

import pytest

from ketaminder.trials.instruments import Family, instrument


@pytest.mark.parametrize(
    ("name", "family", "response", "remission_points"),
    [
        ("MADRS", Family.DEPRESSION, 0.5, 10.0),
        ("MADRS remission (12 or below), rate difference", Family.DEPRESSION, 0.5, 12.0),
        ("MADRS<=12 and >=50% drop", Family.DEPRESSION, 0.5, 12.0),
        ("Y-BOCS >=35% drop", Family.OBSESSION, 0.35, None),
        ("CAPS-5", Family.TRAUMA, 0.30, 11.0),
        ("MADRS item 10", Family.IDEATION, 0.5, 10.0),
        ("PHQ-9", Family.SELF_RATED, 0.5, 4.0),
        ("HAM-D17", Family.DEPRESSION, 0.5, 7.0),
        ("HDRS-21", Family.DEPRESSION, 0.5, 7.0),
        ("QIDS-SR16", Family.SELF_RATED, 0.5, 5.0),
        ("BDI-II", Family.SELF_RATED, 0.5, 9.0),
        ("HAM-A", Family.ANXIETY, 0.5, 7.0),
        ("LSAS", Family.ANXIETY, 0.5, None),
        ("MADRS item 10 = 0", Family.IDEATION, 0.5, 0.0),
    ],
)
def test_instruments(name: str, family: Family, response: float, remission_points: float | None) -> None:
    found = instrument(name)
    assert found is not None
    assert (found.family, found.response) == (family, response)
    if name != "MADRS item 10":
        assert found.remission_points == remission_points


def test_what_no_symptom_stage_stands_for_is_not_an_instrument() -> None:
    assert instrument("CADSS") is None
    assert instrument("EQ-5D index") is None
    assert instrument("systolic pressure (mmHg)") is None


@pytest.mark.parametrize(
    ("name", "baseline", "share"),
    [
        ("MADRS", 40.0, 0.75),
        ("PHQ-9", 20.0, 0.80),
        ("MADRS remission (12 or below)", 40.0, 0.70),
        ("MADRS item 10 = 0", 4.0, 0.875),
        ("MADRS item 10 = 0", None, 0.95),
        ("MADRS", 10.0, 0.70),
        ("MADRS", None, 0.70),
        ("LSAS", 80.0, 0.70),
    ],
)
def test_a_remission_takes_away_all_but_its_cut_off(name: str, baseline: float | None, share: float) -> None:
    """10 of 40 points left are a fall of 0.75; below half a point of 4 is one of 0.875; unknown, 0.7 and 0.95."""
    found = instrument(name)
    assert found is not None
    assert found.remission(baseline) == pytest.approx(share, abs=1e-12)
