"""A Bundle taken apart: its resources, the one Patient, and what references point at.

FHIR R4 Bundle and references: http://hl7.org/fhir/R4/bundle.html#references
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ketaminder.evidence import Variable
from ketaminder.fhir.document import Element

TYPES = ("collection", "searchset", "document", "transaction", "batch")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a Bundle and the address that the Bundle gives it."""

    body: Element
    url: str = ""

    @property
    def kind(self) -> str:
        return self.body["resourceType"].text()

    @property
    def id(self) -> str:
        return self.body["id"].text()

    @property
    def origin(self) -> str:
        """How a reader finds it again: "Observation/bp-1"."""
        return f"{self.kind}/{self.id}" if self.id else self.url or self.body.where


@dataclass(frozen=True, slots=True)
class Record:
    """What a Bundle says of one person, read on one date."""

    patient: Resource
    resources: tuple[Resource, ...]
    on: date
    variables: Mapping[str, Variable]

    def of(self, *kinds: str) -> Iterator[Resource]:
        return (resource for resource in self.resources if resource.kind in kinds)

    def resolved(self, reference: Element, within: Resource) -> Resource | None:
        """What `reference` points at: a contained resource, or one of this Bundle."""
        text = reference["reference"].text()
        if text.startswith("#"):
            contained = (Resource(body) for body in within.body["contained"])
            return next((resource for resource in contained if f"#{resource.id}" == text), None)
        return next((resource for resource in self.resources if text and _points_at(text, resource)), None)

    def is_about_patient(self, reference: Element) -> bool:
        """Whether a subject is the one Patient.

        Raises:
            Refused: it is somebody or something else.
        """
        text = reference["reference"].text()
        identifier = reference["identifier"]
        if text and _points_at(text, self.patient):
            return True
        if (
            not text
            and identifier
            and any(_same_identifier(identifier, own) for own in self.patient.body["identifier"])
        ):
            return True
        if text or identifier:
            raise reference.refused(f"the one Patient of the Bundle, {self.patient.origin}, as the subject")
        return False


def _points_at(text: str, resource: Resource) -> bool:
    if resource.url and text == resource.url:
        return True
    plain = text.split("/_history/")[0]
    path = f"{resource.kind}/{resource.id}"
    if not resource.id or (plain != path and not plain.endswith(f"/{path}")):
        return False
    absolute = "://" in plain and "://" in resource.url
    return not absolute or plain == resource.url.split("/_history/")[0]


def _same_identifier(one: Element, other: Element) -> bool:
    value = one["value"].text()
    return bool(value) and (one["system"].text(), value) == (other["system"].text(), other["value"].text())


def record_of(bundle: Element, on: date, variables: Mapping[str, Variable]) -> Record:
    """The record in `bundle`.

    Raises:
        Refused: no record of exactly one person, whole and each resource once.
    """
    if bundle["type"].text() not in TYPES:
        raise bundle["type"].refused(f"a Bundle of type {', '.join(TYPES)}")
    _check_whole(bundle)
    resources = tuple(_resources(bundle))
    patients = [resource for resource in resources if resource.kind == "Patient"]
    if len(patients) != 1:
        found = ", ".join(patient.origin for patient in patients) or "no Patient"
        raise Element(found, bundle["entry"].where).refused("exactly one Patient")
    _check_once(resources)
    return Record(patients[0], resources, on, variables)


def _check_whole(bundle: Element) -> None:
    for name in ("implicitRules", "modifierExtension"):
        if bundle[name]:
            raise bundle[name].refused(f"a Bundle without {name}, which Ketaminder does not understand")
    for link in bundle["link"]:
        if link["relation"].text() == "next":
            raise link["url"].refused("the whole search result; this page says that another follows")


def _resources(bundle: Element) -> Iterator[Resource]:
    for entry in bundle["entry"]:
        if entry["modifierExtension"]:
            raise entry["modifierExtension"].refused("an entry without modifierExtension")
        body = entry["resource"]
        if not body:
            continue
        if not body["resourceType"].text():
            raise body["resourceType"].refused("the type of the resource")
        yield Resource(body, entry["fullUrl"].text())


def _check_once(resources: tuple[Resource, ...]) -> None:
    seen: dict[str, Resource] = {}
    for resource in resources:
        if resource.id and seen.setdefault(resource.origin, resource) is not resource:
            raise resource.body["id"].refused(f"each resource once; {resource.origin} stands twice in the Bundle")


def unread_reason(body: Element) -> str:
    """Why R4 forbids us to process a resource that we do not wholly understand; "" where nothing does."""
    if body["implicitRules"]:
        return "it follows implicit rules that Ketaminder does not know"
    if _modified(body.value):
        return "it carries a modifier extension that Ketaminder does not know"
    return ""


def _modified(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value.get("modifierExtension")) or any(map(_modified, value.values()))
    return isinstance(value, list) and any(map(_modified, value))
