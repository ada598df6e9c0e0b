"""Virtual trials: the same bytes for any workers, picked up where they stopped, and true to the chain."""

from __future__ import annotations

import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import distributed
import numpy as np
import pytest

from ketaminder.cli.store import Folder
from ketaminder.terms import Refused
from ketaminder.trials import shipped
from ketaminder.trials.chain import Array
from ketaminder.trials.virtual import Run, design, raters, running
from ketaminder.trials.virtual.following import Followed, Job, follow, mean_reliefs
from ketaminder.trials.virtual.running import batches, equal, jobs, run
from ketaminder.trials.virtual.shipped import named
from ketaminder.trials.virtual.spread import of

from .designs import one_dose


def asked(n: int = 60, replicates: int = 6, more: str = "", *, fixed: bool = False) -> Run:
    return Run(design(one_dose(n, more)), shipped(), 7, replicates, fixed)


def same(first: list[Followed], second: list[Followed]) -> bool:
    return len(first) == len(second) and all(equal(*pair) for pair in zip(first, second, strict=True))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 100)


def test_one_two_and_four_workers_give_the_same_bytes(small_batches: None) -> None:
    alone = run(asked())
    for workers in (1, 2, 4):
        with ProcessPoolExecutor(workers) as executor:
            assert same(alone, run(asked(), executor))
    with ThreadPoolExecutor(3) as executor:
        assert same(alone, run(asked(), executor))


def test_another_seed_gives_other_people() -> None:
    first = run(asked())
    other = run(Run(asked().design, shipped(), 8, 6))
    assert not same(first, other)


def test_people_do_not_depend_on_who_else_is_in_the_trial() -> None:
    """The first people of an arm of 60 are those of the same job run by itself."""
    whole = run(asked())[3]
    assert equal(whole, follow(asked().design, shipped(), 7, whole.job, fixed=False))


class Interrupted(Exception):
    pass


def test_an_interrupted_run_goes_on(tmp_path: object, small_batches: None) -> None:
    store = Folder(tmp_path / "parts")  # type: ignore[operator]
    wanted = asked()
    of_all = len(batches(wanted.design, wanted.replicates))
    assert of_all > 3

    def stop(done: int, of: int) -> None:
        if done == 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        run(wanted, None, store, stop)
    told: list[int] = []
    found = run(wanted, None, store, lambda done, of: told.append(done))
    assert told[0] == 3
    assert same(found, run(wanted))


def test_a_damaged_part_is_followed_again(tmp_path: object, small_batches: None) -> None:
    folder = tmp_path / "parts"  # type: ignore[operator]
    store, wanted = Folder(folder), asked()
    whole = run(wanted, None, store)
    for number, file in enumerate(sorted(folder.glob("*.npz"))):
        file.write_bytes(b"" if number else file.read_bytes()[:-40])
    assert same(whole, run(wanted, None, store))


def test_a_store_of_another_run_is_not_used(tmp_path: object) -> None:
    store = Folder(tmp_path / "parts")  # type: ignore[operator]
    run(asked(replicates=2), None, store)
    again = run(Run(asked().design, shipped(), 8, 2), None, store)
    assert same(again, run(Run(asked().design, shipped(), 8, 2)))


def test_jobs_hold_everybody_once() -> None:
    given = design(one_dose(12_000))
    found = list(jobs(given, 2))
    assert sum(one.people for one in found) == 2 * given.people
    assert len({(one.replicate, one.arm, one.block) for one in found}) == len(found)


def test_many_people_score_what_the_chain_says() -> None:
    """With fixed constants the mean score of 20,000 people is baseline x (1 - relief), within sampling and rounding.

    The baseline is cut off at 20 of 32 (SD 5), and relief is bounded: together less than 0.6 points.
    """
    given = asked(20_000, 1, fixed=True)
    relief = mean_reliefs(given.design, shipped(), 7, 0, fixed=True)
    for arm in range(2):
        mine = [one for one in run(given) if one.job.arm == arm]
        scores = np.concatenate([one.scores for one in mine]).mean(axis=0)
        baseline = np.concatenate([one.baseline for one in mine]).mean()
        np.testing.assert_allclose(scores, baseline * (1 - relief[arm]), atol=0.6)


def test_trials_differ_as_the_prediction_of_a_trial_says() -> None:
    """The spread over replicates of an arm of 60, beside the standard deviation of the prediction interval."""
    from ketaminder.trials import predictor, study

    row = {"instrument": "MADRS", "arm": "ketamine", "timepoint_hours": 24, "value_type": "absolute score", "n": 60}
    arm = {
        "id": "ketamine",
        "role": "active",
        "n": 60,
        "treatments": [{"drug": "ketamine", "route": "iv", "dose": 0.5, "unit": "mg/kg", "times_h": [0]}],
    }
    document = {
        "id": "x",
        "indication": "treatment-resistant depression",
        "design": "double-blind",
        "n_per_arm": {"ketamine": 60, "midazolam": 60},
        "outcomes": [row],
        "sim_design": {"arms": [arm], "baseline": [{"instrument": "MADRS", "arm": "all", "mean": 32, "sd": 5}]},
    }
    said = predictor().predict(study(document))[0].mean
    assert said is not None
    found = run(asked(60, 400))
    means = np.array([one.scores[:, 0].mean() for one in found if one.job.arm == 0])
    assert means.std() == pytest.approx((said.high - said.low) / (2 * 1.96), rel=0.25)
    assert means.mean() == pytest.approx(said.value, abs=1.2)


def test_who_leaves_is_not_seen_again() -> None:
    more = "[leaving]\nper_week = 0.5\n[rescue]\nfrom_h = 24\nrelief_below = 0.1\n"
    for one in run(asked(400, 1, more)):
        gone = one.scores < 0
        assert (gone[:, 1:] >= gone[:, :-1]).all()
        assert set(np.unique(one.why)) <= {0, 1, 2}
        assert (one.why[gone[:, -1]] != 0).all()
        rescued = one.why == 2
        last = np.where(gone[:, 1], one.scores[:, 0], one.scores[:, 1])
        assert (last[rescued] > 0.9 * one.baseline[rescued]).all()


def test_only_those_in_remission_enter_a_withdrawal_trial() -> None:
    given = named("withdrawal")
    before = len(given.entry.hours) if given.entry else 0
    one = follow(given, shipped(), 1, Job(0, 0, 0, 40), fixed=True)
    assert one.scores[:, :before].max() <= 10
    assert one.candidates > 40
    relapsed = ~np.isnan(one.relapse_h)
    assert relapsed.any()
    first = np.searchsorted(given.visits_h, one.relapse_h[relapsed])
    rows = one.scores[relapsed][:, before:]
    for person, visit in enumerate(first):
        assert (rows[person, visit : visit + 2] >= 22).all()


def test_a_trial_that_nobody_may_enter_is_refused() -> None:
    text = one_dose(50, '[entry]\nhours = [-2000]\nrequires = "remission"\n').replace("mean = 32", "mean = 59")
    with pytest.raises(Refused, match="entry"):
        run(Run(design(text.replace("sd = 5", "sd = 1")), shipped(), 1, 1, fixed=True))


def test_dissociation_is_seen_where_it_was_published() -> None:
    """84 mg by the nose: 69% in the first session (label); placebo 6 of 126 (Chen 2023)."""
    given = named("course")
    drug = follow(given, shipped(), 3, Job(0, 0, 0, 5000), fixed=True)
    control = follow(given, shipped(), 3, Job(0, 1, 0, 5000), fixed=True)
    assert (drug.first_cadss > 4).mean() == pytest.approx(0.69 + 0.31 * 6 / 126, abs=0.02)
    assert (control.cadss > 4).mean() == pytest.approx(6 / 126, abs=0.01)
    assert drug.systolic_mmHg.mean() > control.systolic_mmHg.mean() == pytest.approx(5.4, abs=0.4)


def test_a_cluster_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers of a real Dask cluster on loopback."""
    monkeypatch.setattr(running, "BATCH", 100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            found = run(asked(), client.get_executor())
    assert same(found, run(asked()))


def relief(more: str) -> Array:
    """The mean relief of ketamine and midazolam at both visits, constants as fitted."""
    return mean_reliefs(design(one_dose(60, more)), shipped(), 7, 0, fixed=True)


def test_raters_who_know_the_arm_see_more_relief_on_the_drug_alone() -> None:
    """0.23 standard deviations between people (Hrobjartsson 2013); in an open trial that is part of what was fitted."""
    blind, known = relief("[raters]\nblind = true\n"), relief("[raters]\nblind = false\n")
    assert known - blind == pytest.approx(np.array([[0.23, 0.23], [0.0, 0.0]]) * of(shipped()).sd)
    opened = "[setting]\nopen_label = true\n"
    assert relief("[raters]\nblind = false\n" + opened) == pytest.approx(relief(opened))


def test_site_raters_are_apart_by_what_was_measured() -> None:
    """The same people, rated by somebody else each time: their places differ by a variance of 1 - 0.9837."""
    site = design(one_dose(60, '[raters]\nwho = "site"\nblind = true\n'))
    added = raters.apart(site, (100_000,), np.random.default_rng(1))
    assert np.var(added) == pytest.approx(1 - 0.9837, rel=0.02)
    assert any("entry is not simulated" in text for text in site.assumed)
    assert raters.apart(design(one_dose()), (9,), np.random.default_rng(1)) == 0.0
    assert same(run(asked()), run(asked(more='[raters]\nwho = "central"\nblind = true\n')))


@pytest.mark.parametrize("more", ['who = "site"', "blind = 1", 'who = "me"\nblind = true'])
def test_raters_of_whom_nothing_is_said_are_refused(more: str) -> None:
    with pytest.raises(Refused, match="raters"):
        design(one_dose(60, f"[raters]\n{more}\n"))
