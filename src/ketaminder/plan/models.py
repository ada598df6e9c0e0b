"""Which published model draws a protocol's curves, and what is said where none can."""

from __future__ import annotations

from ketaminder.evidence import Protocol
from ketaminder.pharmacology import Model, for_product
from ketaminder.terms import Message


def model_for(protocol: Protocol) -> Model | None:
    """The first model that serves the protocol's product; None where none does.

    A form that only a trial gives, such as an extended-release tablet, is followed by no model of the plain drug.
    """
    if protocol.only_in_a_trial:
        return None
    return next(iter(for_product(protocol.product)), None)


def not_drawn(protocol: Protocol) -> Message | None:
    """Why no curve stands beside the protocol; None where one does."""
    if model_for(protocol) is not None:
        return None
    return Message("No curve: no pharmacokinetic model here follows {product}.", product=_form(protocol))


def _form(protocol: Protocol) -> str:
    return protocol.name if protocol.only_in_a_trial else protocol.product.replace("_", " ")
