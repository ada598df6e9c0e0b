"""The engine: many people's doses followed through their compartments and through what those drive, fast and exact."""

from ketaminder.pharmacology.engine.following import Block, How, Request, blocks, each, follow
from ketaminder.pharmacology.engine.reduction import Exposures, bands, exposures
from ketaminder.pharmacology.engine.stages import Drive, Shape, Stage

__all__ = [
    "Block",
    "Drive",
    "Exposures",
    "How",
    "Request",
    "Shape",
    "Stage",
    "bands",
    "blocks",
    "each",
    "exposures",
    "follow",
]
