"""The engine: many people's doses followed through their compartments and through what those drive, fast and exact."""

from ketaminder.pharmacology.engine.following import DEFINITION, KERNEL, Block, How, Path, Request, blocks, each, follow
from ketaminder.pharmacology.engine.reduction import Exposures, bands, exposures
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
