"""FHIR R4 AllergyIntolerance: hypersensitivity to ketamine or esketamine. http://hl7.org/fhir/R4/allergyintolerance.html"""

from __future__ import annotations

from ketaminder.fhir.coding import concept, status, table
from ketaminder.fhir.reading import Reading, combined
from ketaminder.fhir.record import Resource
from ketaminder.terms import Fact, Message

VARIABLE = "hypersensitivity_ketamine"
_VERIFIED = ("", "confirmed", "unconfirmed", "presumed", "refuted")


def allergies_of(resources: list[Resource]) -> Reading:
    """What the record says of allergy; silence is unknown, and only a stated "no known allergy" is none."""
    return combined(_reading(resource) for resource in resources)


def _reading(resource: Resource) -> Reading:
    verified = status(resource.body["verificationStatus"])
    if verified not in _VERIFIED:
        raise resource.body["verificationStatus"].refused("one of confirmed, unconfirmed, presumed, refuted")
    code = concept(resource.body["code"])
    codes = [code, *(concept(reaction["substance"]) for reaction in resource.body["reaction"])]
    rows = table("codes")["allergy"]
    refuted = verified == "refuted"
    facts = []
    if any(one.among(rows["ketamine"]) for one in codes):
        facts = [(VARIABLE, Fact(not refuted, origin=resource.origin))]
    elif code.among(rows["none"]) and verified in ("", "confirmed"):
        facts = [(VARIABLE, Fact(False, origin=resource.origin))]
    unsure = verified in ("unconfirmed", "presumed") and facts
    said = (Message("{what} is not confirmed; it counts as present.", what=code.label),) if unsure else ()
    return Reading(facts=tuple(facts), history=(f"Allergy: {code.label}{' (excluded)' if refuted else ''}",), said=said)
