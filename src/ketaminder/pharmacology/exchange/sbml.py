"""A model and the doses of one scenario as SBML Level 3 Version 2, for one person.

Every place of the structure is a species in milligrams inside a compartment of its own; every flow a reaction; a lag,
which holds no drug, a rate rule; every concentration an assignment rule. What enters at once at time zero is an initial
amount; everything else is brought by events, which change an amount or the rate of an infusion. After a racemate each
enantiomer has its own copy of the structure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ketaminder.pharmacology.exchange.extra import library
from ketaminder.pharmacology.kinetics import SUMS, enantiomers_of, inputs_of, own_parameters
from ketaminder.pharmacology.model import Input, Model, Parameters, Structure
from ketaminder.pharmacology.schedule import INSTANT_H
from ketaminder.terms import Dose, Message

LEVEL, VERSION = 3, 2
UNITS = {
    "mg": (("GRAM", 1, -3),),
    "h": (("SECOND", 1, 0),),
    "per_h": (("SECOND", -1, 0),),
    "L_per_h": (("LITRE", 1, 0), ("SECOND", -1, 0)),
    "mg_per_h": (("GRAM", 1, -3), ("SECOND", -1, 0)),
    "ng_per_mL": (("GRAM", 1, -6), ("LITRE", -1, 0)),
    "ng_per_mL_in_mg_per_L": (("DIMENSIONLESS", 1, -3),),
}
"""Unit -> its factors (kind, exponent, power of ten). A second here stands for 3600 of them: an hour."""
SECONDS = 3600.0


def export(model: Model, parameters: Parameters, doses: Sequence[Dose], said: Sequence[Message] = ()) -> str:
    """The document.

    Args:
        model: one of `models.discover()`.
        parameters: of one person: name -> (1,).
        doses: of one drug, in the order of their times.
        said: what was assumed of the person, for the notes.

    Raises:
        Refused: doses that the model does not serve, or no libSBML.
        ValueError: libSBML finds fault with what was written; that is ours.
    """
    enantiomers = enantiomers_of(model, doses)
    inputs = inputs_of(model, parameters, doses, share=1 / len(enantiomers))
    document = _Document(model, said)
    for one in enantiomers:
        own = own_parameters(model, parameters, one)
        _Copy(document, model.structure, own, prefix=f"{one.names['ketamine']}_").write(inputs, one.names)
    analytes = {one.names[output] for one in enantiomers for output in model.structure.outputs}
    for total, both in SUMS.items():
        if set(both) <= analytes:
            document.rule(total, " + ".join(both), "ng_per_mL")
    text = document.text()
    if found := faults(text):
        raise ValueError(f"libSBML on {model.id}: {found[0]}")
    return text


def faults(text: str) -> list[str]:
    """Everything that libSBML's consistency check says of a document, warnings too."""
    document = library("libsbml").readSBMLFromString(text)
    document.checkConsistency()
    return [document.getError(number).getMessage().strip() for number in range(document.getNumErrors())]


def identifier(name: str) -> str:
    """`name` as an SBML identifier."""
    return re.sub(r"\W+", "_", name)


class _Document:
    """The SBML document, with the few things that are said of every model."""

    def __init__(self, model: Model, said: Sequence[Message]) -> None:
        self.sbml = library("libsbml")
        self.written = self.sbml.SBMLDocument(LEVEL, VERSION)
        self.model: Any = self.written.createModel(model.id)
        self.model.setName(model.title)
        for of, unit in (("Time", "h"), ("Substance", "mg"), ("Extent", "mg"), ("Volume", "litre")):
            getattr(self.model, f"set{of}Units")(unit)
        for unit, factors in UNITS.items():
            self._unit(unit, factors)
        self.parameter("mass_scale", 1000.0, "ng_per_mL_in_mg_per_L")
        self._cite(model, said)

    def text(self) -> str:
        return str(self.sbml.writeSBMLToString(self.written))

    def parameter(self, name: str, value: float | None, unit: str, constant: bool = True) -> None:
        one = self.model.createParameter()
        one.setId(name)
        one.setUnits(unit)
        one.setConstant(constant)
        if value is not None:
            one.setValue(value)

    def rule(self, name: str, formula: str, unit: str) -> None:
        """A quantity that `formula` gives at all times."""
        self.parameter(name, None, unit, constant=False)
        one = self.model.createAssignmentRule()
        one.setVariable(name)
        one.setMath(self.sbml.parseL3Formula(formula))

    def rate_rule(self, name: str, formula: str, unit: str) -> None:
        """A quantity that begins at zero and changes as `formula` says."""
        self.parameter(name, 0.0, unit, constant=False)
        one = self.model.createRateRule()
        one.setVariable(name)
        one.setMath(self.sbml.parseL3Formula(formula))

    def species(self, name: str, label: str, volume_L: float, amount_mg: float) -> None:
        inside = self.model.createCompartment()
        inside.setId(f"in_{name}")
        inside.setName(label)
        inside.setSpatialDimensions(3)
        inside.setSize(volume_L)
        inside.setUnits("litre")
        inside.setConstant(True)
        one = self.model.createSpecies()
        one.setId(name)
        one.setName(label)
        one.setCompartment(f"in_{name}")
        one.setInitialAmount(amount_mg)
        one.setSubstanceUnits("mg")
        one.setHasOnlySubstanceUnits(True)
        one.setBoundaryCondition(False)
        one.setConstant(False)

    def reaction(self, name: str, source: str | None, target: str, formula: str) -> None:
        one = self.model.createReaction()
        one.setId(name)
        one.setReversible(False)
        for place, create in ((source, one.createReactant), (target, one.createProduct)):
            if place is not None:
                reference = create()
                reference.setSpecies(place)
                reference.setStoichiometry(1)
                reference.setConstant(True)
        one.createKineticLaw().setMath(self.sbml.parseL3Formula(formula))

    def event(self, name: str, hour: float, variable: str, formula: str) -> None:
        one = self.model.createEvent()
        one.setId(name)
        one.setUseValuesFromTriggerTime(False)
        trigger = one.createTrigger()
        trigger.setInitialValue(False)
        trigger.setPersistent(True)
        trigger.setMath(self.sbml.parseL3Formula(f"time >= {hour!r} h"))
        assignment = one.createEventAssignment()
        assignment.setVariable(variable)
        assignment.setMath(self.sbml.parseL3Formula(formula))

    def _unit(self, name: str, factors: Sequence[tuple[str, int, int]]) -> None:
        definition = self.model.createUnitDefinition()
        definition.setId(name)
        for kind, exponent, scale in factors:
            unit = definition.createUnit()
            unit.setKind(getattr(self.sbml, f"UNIT_KIND_{kind}"))
            unit.setExponent(exponent)
            unit.setScale(scale)
            unit.setMultiplier(SECONDS if kind == "SECOND" else 1.0)

    def _cite(self, model: Model, said: Sequence[Message]) -> None:
        """The paper, as an annotation for machines and in words."""
        self.model.setMetaId(f"meta_{model.id}")
        identified = [f"https://identifiers.org/{kind}:{value}" for kind, value in model.source.identifiers.items()]
        if identified:
            term = self.sbml.CVTerm(self.sbml.MODEL_QUALIFIER)
            term.setModelQualifierType(self.sbml.BQM_IS_DESCRIBED_BY)
            for one in identified:
                term.addResource(one)
            self.model.addCVTerm(term)
        self.model.setNotes(_notes(model, said))


def _notes(model: Model, said: Sequence[Message]) -> str:
    lines = [model.source.citation, model.population, f"Measured in {model.matrix}."]
    lines += map(str, (*said, *model.validity.not_for))
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<body xmlns="http://www.w3.org/1999/xhtml">{body}</body>'


class _Copy:
    """One enantiomer's copy of the structure; `prefix` keeps the identifiers of copies apart."""

    def __init__(self, document: _Document, structure: Structure, own: Parameters, prefix: str) -> None:
        self.document, self.structure, self.own, self.prefix = document, structure, own, prefix

    def id(self, name: str) -> str:
        return identifier(self.prefix + name)

    def write(self, inputs: Sequence[Input], analytes: Mapping[str, str]) -> None:
        for name, unit in self._units().items():
            self.document.parameter(self.id(name), float(self.own[name][0]), unit)
        volumes = self._volumes()
        for state in self.structure.states:
            volume = float(self.own[volumes[state]][0]) if state in volumes else 1.0
            self.document.species(self.id(state), state, volume, self._at_start(inputs, state))
        self._flows()
        for number, one in enumerate(inputs):
            self._input(number, one)
        for name, output in self.structure.outputs.items():
            ratio = f"{output.mass_ratio!r} dimensionless"
            formula = f"mass_scale * {ratio} * {self.id(output.compartment)} / {self.id(output.volume)}"
            self.document.rule(analytes[name], formula, "ng_per_mL")

    def _units(self) -> dict[str, str]:
        """The unit of every parameter that the structure reads, which follows from where it is read."""
        found: dict[str, str] = {lag.rate: "per_h" for lag in self.structure.lags}
        for flow in self.structure.flows:
            found[flow.rate] = "L_per_h" if flow.volume else "per_h"
            if flow.volume:
                found[flow.volume] = "litre"
            if flow.share:
                found[flow.share] = "dimensionless"
        return found | {output.volume: "litre" for output in self.structure.outputs.values()}

    def _volumes(self) -> dict[str, str]:
        """The volume of each state that has one."""
        found = {flow.source: flow.volume for flow in self.structure.flows if flow.volume}
        return found | {output.compartment: output.volume for output in self.structure.outputs.values()}

    def _at_start(self, inputs: Sequence[Input], state: str) -> float:
        return sum(float(one.amount_mg[0]) for one in inputs if one.state == state and _initial(one))

    def _flows(self) -> None:
        for number, flow in enumerate(self.structure.flows):
            source = self.id(flow.source)
            factors = [self.id(flow.rate), source, *([self.id(flow.share)] if flow.share else [])]
            formula = " * ".join(factors) + (f" / {self.id(flow.volume)}" if flow.volume else "")
            self.document.reaction(self.id(f"flow_{number}"), source, self.id(flow.target), formula)
        for lag in self.structure.lags:
            name = self.id(lag.name)
            self.document.rate_rule(name, f"{self.id(lag.rate)} * ({self.id(lag.follows)} - {name})", "mg")

    def _input(self, number: int, entry: Input) -> None:
        """A bolus as an event, an infusion as a rate that events switch on and off."""
        if _initial(entry):
            return
        name, state = self.id(f"input_{number}"), self.id(entry.state)
        amount, duration = float(entry.amount_mg[0]), float(entry.duration_h[0])
        if duration < INSTANT_H:
            self.document.event(name, entry.start_h, state, f"{state} + {amount!r} mg")
            return
        rate, started = amount / duration, entry.start_h == 0
        self.document.parameter(f"{name}_rate", rate if started else 0.0, "mg_per_h", constant=False)
        self.document.reaction(name, None, state, f"{name}_rate")
        if not started:
            self.document.event(f"{name}_start", entry.start_h, f"{name}_rate", f"{rate!r} mg_per_h")
        self.document.event(f"{name}_end", entry.start_h + duration, f"{name}_rate", "0 mg_per_h")


def _initial(entry: Input) -> bool:
    return entry.start_h == 0 and float(entry.duration_h[0]) < INSTANT_H
