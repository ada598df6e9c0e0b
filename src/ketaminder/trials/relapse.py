"""The share of people who were well and relapse: first passage over the visits at which they were seen.

People spread normally around the mean of their arm, as wide as rates say. What lasts of somebody's distance from it,
what is forgotten with time and the rating's own error are those of `lasting.py`. Given the first two, visits are
independent, so that a share is a mean over fixed paths, smooth in every constant; `PATHS` of them, the same always.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ketaminder.trials.lasting import FADING, KEPT, RATING

Array = NDArray[np.float64]
PATHS = 200
SEED = 20_261_201


@lru_cache(maxsize=16)
def _normals(hours: int) -> tuple[Array, Array]:
    """What lasts (paths,) and what is new at each hour (hours, paths); those of fewer hours are the first of more.

    Two halves mirror each other, so that their mean is nothing.
    """
    rng = np.random.default_rng(SEED)
    lasting, steps = rng.standard_normal(PATHS // 2), rng.standard_normal((hours, PATHS // 2))
    return np.concatenate([lasting, -lasting]), np.concatenate([steps, -steps], axis=1)


def relapsed(
    means: Array, hours: Sequence[float], width: Array, decay_h: Array, *, chosen: Array, below: float, in_a_row: int
) -> Array:
    """The share who relapse, of those who were well at the first of `hours`: (...).

    Args:
        means: relief of the arm at each of `hours`, (..., hours).
        hours: when people were chosen, then their visits, ascending.
        width: how far people spread, (...).
        decay_h: with which the part that is forgotten is forgotten, hours, (...).
        chosen: the relief that counted as well, (...).
        below: a relief below which a visit counts as relapsed.
        in_a_row: visits that must.
    """
    paths = _paths(hours, decay_h)
    error = width[..., None] * RATING**0.5
    well = ndtr((means[..., :1] + width[..., None] * paths[..., 0, :] - chosen[..., None]) / error)
    kept = np.ones_like(well)[..., None, :] * np.eye(in_a_row)[0][:, None]
    for visit in range(1, len(hours)):
        fails = ndtr((below - means[..., visit, None] - width[..., None] * paths[..., visit, :]) / error)
        stays = (kept * (1 - fails[..., None, :])).sum(axis=-2, keepdims=True)
        kept = np.concatenate([stays, kept[..., :-1, :] * fails[..., None, :]], axis=-2)
    free = kept.sum(axis=-2)
    return np.asarray(1 - (well * free).sum(axis=-1) / well.sum(axis=-1))


def _paths(hours: Sequence[float], decay_h: Array) -> Array:
    """How far people are from the mean but for the rating's error, in widths: (..., hours, paths)."""
    lasting, steps = _normals(len(hours))
    moving = np.broadcast_to(steps[0], (*decay_h.shape, PATHS))
    found = [moving]
    for place in range(1, len(hours)):
        kept = np.exp(-(hours[place] - hours[place - 1]) / decay_h)[..., None]
        moving = kept * moving + (1 - kept**2) ** 0.5 * steps[place]
        found.append(moving)
    return np.asarray(KEPT**0.5 * lasting + FADING**0.5 * np.stack(found, axis=-2))
