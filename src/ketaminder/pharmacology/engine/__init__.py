"""The engine: many people's doses followed through their compartments and through what those drive, fast and exact."""

from ketaminder.pharmacology.engine.following import blocks, each, follow
from ketaminder.pharmacology.engine.paths import DEFINITION, KERNEL, Path
from ketaminder.pharmacology.engine.reduction import Exposures, bands, exposures
from ketaminder.pharmacology.engine.requests import Block, How, Request
from ketaminder.pharmacology.engine.stages import Drive, Shape, Stage

__all__ = [
    "DEFINITION",
    "KERNEL",
    "Block",
    "Drive",
    "Exposures",
    "How",
    "Path",
    "Request",
    "Shape",
    "Stage",
    "bands",
    "blocks",
    "each",
    "exposures",
    "follow",
]
