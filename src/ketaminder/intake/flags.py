"""The values of a case form, placed by evidence/variables.toml: a new variable there needs no code here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ketaminder.evidence import Variable
from ketaminder.fhir.document import Element
from ketaminder.fhir.reading import NamedFact, Reading
from ketaminder.fhir.vocabulary import checked_number, is_pressure_pair, value_of
from ketaminder.intake.schema import case_form_schema
from ketaminder.terms import Fact, Value

_CLOSED = "safety_flags"
_FREE = "other"
_UNREAD = "unread_flags"
_SECTIONS = ("diagnosis", "vitals", "labs", "scales", "urine_drug_screen", "session_day", _CLOSED, _FREE)
_NOUNS = frozenset(
    {
        "id",
        "name",
        "title",
        "synthetic",
        "expected",
        "region",
        "product",
        "phase",
        "age_years",
        "sex",
        "weight_kg",
        "height_cm",
        "ancestry",
        "diagnosis",
        "indication_route",
        "history",
        "prior_treatments",
        "psychotherapy",
        "current_medications",
    }
)
"""What the form holds beside variables; `expected` and `title` are never read."""
_LISTS = ("prior_treatments", "psychotherapy", "current_medications")
_READ_ELSEWHERE = frozenset({"diagnosis.primary", "diagnosis.icd10"})


def facts_in(form: Element, variables: Mapping[str, Variable]) -> Reading:
    """Every variable that the form records, what its silence says, and a line for what no rule reads.

    A flag that no rule reads and that is not denied becomes a fact of its own, which defers.

    Raises:
        Refused: a value of the wrong kind, or two values for one variable.
    """
    for name in form["scales"].value or {}:
        checked_number(name, "", form["scales"][name])
    stated: list[NamedFact] = []
    silent: list[NamedFact] = []
    for variable in variables.values():
        if variable.kind == "list":
            continue
        found = list(_found(form, variable))
        if found:
            stated.append((variable.name, _agreed(found, variable)))
        elif form[_CLOSED] and f"{_CLOSED}." in " ".join(variable.form):
            silent += _absence(variable)
    stated += _unread_flags(form[_CLOSED], variables)
    return Reading(facts=tuple(stated), presumed=tuple(silent), history=_unread(form, variables))


def places(variable: Variable) -> tuple[str, ...]:
    """Where a form may hold the variable: its own places, and its names among `other` and the flags."""
    names = dict.fromkeys([variable.name, *(place.rpartition(".")[2] for place in variable.form)])
    free = [f"{section}.{name}" for section in (_FREE, _CLOSED) for name in names]
    return tuple(place for place in dict.fromkeys([*variable.form, *free]) if place not in _NOUNS)


def _found(form: Element, variable: Variable) -> Iterator[tuple[Element, Value | None]]:
    for place in places(variable):
        section, _, name = place.rpartition(".")
        holder = form[section] if section else form
        if not holder or name not in holder.value:
            continue
        value = value_of(variable, holder[name])
        if value is not None or (variable.none_means and holder[name].value is None):
            yield holder[name], value


def _agreed(found: list[tuple[Element, Value | None]], variable: Variable) -> Fact:
    first, value = found[0]
    for other, another in found[1:]:
        if another != value:
            raise other.refused(f"the same {variable.label} as at {first.where}, {value}")
    return Fact(value, origin=first.where)


def _absence(variable: Variable) -> Iterator[NamedFact]:
    """What silence says: a flag is absent, an event never happened; any other value stays unknown."""
    if variable.kind == "flag":
        yield variable.name, Fact(False, origin=f"{_CLOSED}: not listed")
    elif variable.none_means:
        yield variable.name, Fact(None, origin=f"{_CLOSED}: not listed")


def _unread_flags(holder: Element, variables: Mapping[str, Variable]) -> Iterator[NamedFact]:
    """The flags, misspelt or of another form, that no variable names and that do not say no."""
    known, flags = _known(variables), holder.value or {}
    names = [name for name in flags if f"{_CLOSED}.{name}" not in known and flags[name] not in (None, False)]
    if names:
        yield _UNREAD, Fact(", ".join(sorted(names)), origin=_CLOSED)


def _known(variables: Mapping[str, Variable]) -> frozenset[str]:
    return frozenset(place for variable in variables.values() for place in places(variable))


def _unread(form: Element, variables: Mapping[str, Variable]) -> tuple[str, ...]:
    known = _known(variables) | _READ_ELSEWHERE
    entries = [
        (f"{section}.{name}", value) for section in _SECTIONS for name, value in (form[section].value or {}).items()
    ]
    entries += _unread_in_lists(form)
    entries += [(name, value) for name, value in form.value.items() if name not in _NOUNS and name not in _SECTIONS]
    named = [
        f"{place.rpartition('.')[2]} {value}" for place, value in entries if place not in known and value is not None
    ]
    return (f"Recorded, read by no rule: {', '.join(named)}",) if named else ()


def _unread_in_lists(form: Element) -> list[tuple[str, object]]:
    """What an entry of a list says beside the properties of its schema."""
    properties = case_form_schema()["properties"]
    return [
        (f"{entry.where}.{name}", value)
        for list_name in _LISTS
        for entry in form[list_name]
        for name, value in entry.value.items()
        if name not in properties[list_name]["items"]["properties"]
    ]


def check_pressures(facts: Mapping[str, Fact], vitals: Element) -> None:
    systolic, diastolic = (facts[name].value if name in facts else None for name in ("systolic_mmHg", "diastolic_mmHg"))
    if not is_pressure_pair(systolic, diastolic):
        given = f"{systolic:g}/{diastolic:g} mmHg"
        raise Element(given, vitals.where).refused("a systolic pressure above the diastolic")
