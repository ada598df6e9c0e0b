"""What an event says: one frozen dataclass a kind, to canonical JSON and back, strictly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from cattrs.errors import BaseValidationError
from cattrs.preconf.json import make_converter

from ketaminder.clinic.chain import canonical
from ketaminder.clinic.models.events import Event
from ketaminder.terms import Refused

KINDS: dict[str, type[Content]] = {}
"""Kind -> its content. Filled as the modules of this folder are imported."""

_converter = make_converter(forbid_extra_keys=True)
_converter.register_unstructure_hook(UUID, str)
_converter.register_structure_hook(UUID, lambda text, _: UUID(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The content of one kind of event. Subclasses name their kind and, where lists need it, `apply` themselves."""

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if "kind" in cls.__dict__:
            KINDS[cls.kind] = cls

    def apply(self, event: Event) -> None:
        """Bring the derived rows up to date. Most kinds touch none."""

    @property
    def body(self) -> str:
        """The content as canonical JSON."""
        return canonical(_converter.unstructure(self))


def content_of(event: Event) -> Content:
    """What `event` says.

    Raises:
        Refused: the body is not what its kind must hold, or was erased.
    """
    if event.erased:
        raise Refused(f"event {event.id}", "", "an event that was not erased")
    try:
        return _converter.loads(event.body, KINDS[event.kind])
    except (BaseValidationError, KeyError, ValueError) as error:
        raise Refused(f"event {event.id}", event.body[:80], f"the content of {event.kind}") from error
