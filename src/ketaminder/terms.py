"""The nouns of Ketaminder, as frozen values with units in their names.

Every other room speaks in these words; this file imports none of ours. `GLOSSARY.md` defines each word in prose.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Refused(ValueError):
    """Input that cannot be read safely. The message quotes what was given and says what was required."""

    def __init__(self, where: str, given: object, required: str) -> None:
        self.where, self.given, self.required = where, given, required
        super().__init__(f"{where}: got {quoted(given)}; required: {required}.")


def quoted(given: object) -> str:
    """`given` as an error shows it: shortened, so that a whole document is never printed back."""
    text = repr(given)
    return text if len(text) <= 120 else f"{text[:117]}..."


class Message:
    """An English sentence with named values, translated only where it is shown.

    >>> str(Message("Systolic {systolic_mmHg} mmHg", systolic_mmHg=152))
    'Systolic 152 mmHg'
    """

    __slots__ = ("text", "values")

    def __init__(self, text: str, **values: object) -> None:
        self.text, self.values = text, values

    def __str__(self) -> str:
        return self.text.format(**self.values)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


# --- where, what, to whom -------------------------------------------------------------------------------------------


class Region(StrEnum):
    """Whose label governs."""

    US = "US"
    EU = "EU"
    UK = "UK"
    CH = "CH"


class Drug(StrEnum):
    ESKETAMINE = "esketamine"
    KETAMINE = "ketamine"


class Route(StrEnum):
    NASAL = "nasal"
    INTRAVENOUS = "intravenous"
    INTRAMUSCULAR = "intramuscular"
    SUBCUTANEOUS = "subcutaneous"
    ORAL = "oral"
    SUBLINGUAL = "sublingual"


class Product(StrEnum):
    """A drug by a route, as clinics order it. Ketamine means the racemate."""

    ESKETAMINE_NASAL = "esketamine_nasal"
    KETAMINE_IV = "ketamine_iv"
    KETAMINE_IM = "ketamine_im"
    KETAMINE_SC = "ketamine_sc"
    KETAMINE_ORAL = "ketamine_oral"
    KETAMINE_SL = "ketamine_sl"

    @property
    def drug(self) -> Drug:
        return Drug.ESKETAMINE if self is Product.ESKETAMINE_NASAL else Drug.KETAMINE

    @property
    def route(self) -> Route:
        return _ROUTES[self]


_ROUTES = {
    Product.ESKETAMINE_NASAL: Route.NASAL,
    Product.KETAMINE_IV: Route.INTRAVENOUS,
    Product.KETAMINE_IM: Route.INTRAMUSCULAR,
    Product.KETAMINE_SC: Route.SUBCUTANEOUS,
    Product.KETAMINE_ORAL: Route.ORAL,
    Product.KETAMINE_SL: Route.SUBLINGUAL,
}


class Phase(StrEnum):
    """Where the patient stands in a course."""

    START = "start"
    INDUCTION = "induction"
    OPTIMISATION = "optimisation"
    MAINTENANCE = "maintenance"


class Indication(StrEnum):
    """What the treatment is for. The first two are label indications of nasal esketamine."""

    TRD = "TRD"
    ACUTE_SUICIDALITY = "MDD with acute suicidality"
    DEPRESSION = "depression, neither resistant nor acutely suicidal"
    BIPOLAR_DEPRESSION = "bipolar depression"
    PANIC = "panic"
    GAD = "GAD"
    SOCIAL_ANXIETY = "social_anxiety"
    OCD = "OCD"
    PTSD = "PTSD"
    OTHER = "other"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Ancestry(StrEnum):
    """The ancestry groups that published models distinguish."""

    CAUCASIAN = "caucasian"
    JAPANESE = "japanese"
    ASIAN_NON_JAPANESE = "asian_non_japanese"
    OTHER = "other"


# --- the case -------------------------------------------------------------------------------------------------------

Value = bool | float | str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the record says about a patient.

    `value` None means *known not to apply* (no cardiovascular event, say); a fact that is absent from the case is
    *unknown*, and rules ask for it. `origin` says where in the record it stands.
    """

    value: Value | None
    observed_on: date | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    text: str
    icd10: str | None = None


@dataclass(frozen=True, slots=True)
class Medication:
    """A medicine that the patient takes now, as recorded. Ingredient and class are looked up, never guessed."""

    name: str
    rxcui: str | None = None
    atc: str | None = None
    dose: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriorTreatment:
    """One earlier trial of a drug. Unknown is None, never zero."""

    drug: str
    rxcui: str | None = None
    dose: str = ""
    weeks: float | None = None
    improvement_percent: float | None = None
    outcome: str = ""
    in_current_episode: bool | None = None


@dataclass(frozen=True, slots=True)
class Psychotherapy:
    """One psychological treatment: type (CBT, ERP, PE, CPT, EMDR); status completed, ongoing, waiting or none."""

    type: str
    sessions: int | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """Who is treated: the covariates that rules and models read. Unknown is None."""

    identifier: str
    name: str = ""
    birth_date: date | None = None
    age_years: float | None = None
    sex: Sex | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    ancestry: Ancestry | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One person's situation on one date: all that a candidate assessment reads.

    `facts` holds the variables of `evidence/variables.toml` by name. `medications` None means that no medication list
    was recorded; an empty tuple means that the list was recorded and is empty.
    """

    on: date
    patient: Patient
    indication: Indication | None
    diagnosis: Diagnosis
    region: Region | None
    product: Product | None
    phase: Phase
    facts: Mapping[str, Fact] = field(default_factory=dict)
    medications: tuple[Medication, ...] | None = None
    prior_treatments: tuple[PriorTreatment, ...] | None = None
    psychotherapy: tuple[Psychotherapy, ...] | None = None
    history: tuple[str, ...] = ()
    assumed: tuple[Message, ...] = ()
    synthetic: bool = False


# --- evidence -------------------------------------------------------------------------------------------------------


class Grade(StrEnum):
    """How a number was read. Only the first two may permit or calibrate anything."""

    SOURCE = "read in source"
    SECONDARY = "read in secondary source"
    MEMORY = "from memory, unverified"
    CONVENTION = "convention (not a clinical source)"


@dataclass(frozen=True, slots=True)
class Source:
    """A published document: label, guideline or paper."""

    id: str
    citation: str
    year: int | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a source, and how it was read."""

    source: Source
    locator: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Criterion:
    """A cited number that a rule reads, with its comparator exactly as printed."""

    id: str
    meaning: str
    comparator: str
    value: float
    unit: str

    def met_by(self, number: float) -> bool:
        """Whether `number`, in this criterion's unit, stands in the printed relation to the value."""
        return _COMPARISONS[self.comparator](number, self.value)

    def __str__(self) -> str:
        return f"{self.comparator} {self.value:g} {self.unit}".rstrip()


_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}
COMPARATORS = frozenset(_COMPARISONS)


# --- findings -------------------------------------------------------------------------------------------------------


class Result(StrEnum):
    """A candidate assessment's verdicts, weakest first, and `inform`, which never decides."""

    INFORM = "inform"
    ELIGIBLE = "eligible"
    PRECAUTIONS = "eligible with precautions"
    DEFER = "defer"
    EXCLUDE = "exclude"

    @property
    def strength(self) -> int:
        return _STRENGTHS[self]


class Gate(StrEnum):
    """The verdicts of a gate at a session, weakest first."""

    PROCEED = "proceed"
    ASK = "ask"
    HOLD = "hold"

    @property
    def strength(self) -> int:
        return _STRENGTHS[self]


_STRENGTHS: Mapping[StrEnum, int] = {word: place for words in (Result, Gate) for place, word in enumerate(words)}


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that a rule looked at, as the page shows it."""

    variable: str
    label: str
    value: Value | None
    unit: str = ""
    observed_on: date | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one case, why, and on whose authority."""

    rule: str
    topic: str
    verdict: Result
    action: str
    reason: Message
    seen: tuple[Seen, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    sources: tuple[Citation, ...] = ()
    grade: Grade = Grade.CONVENTION
    lifted_by: Message | None = None


@dataclass(frozen=True, slots=True)
class GateFinding:
    """What one rule says at a gate.

    >>> str(GateFinding(Gate.HOLD, "B-BP-01", Message("Systolic 152 mmHg is above 140 mmHg.")))
    'Hold: systolic 152 mmHg is above 140 mmHg.'
    """

    verdict: Gate
    rule: str
    reason: Message
    seen: tuple[Seen, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    sources: tuple[Citation, ...] = ()
    grade: Grade = Grade.CONVENTION

    def __str__(self) -> str:
        reason = str(self.reason)
        acronym = reason[1:2].isupper() or reason[1:2] == "-"
        return f"{self.verdict.capitalize()}: {reason if acronym else reason[:1].lower() + reason[1:]}"


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """All that a gate found, the strongest first. It proceeds only where nothing asks and nothing holds."""

    findings: tuple[GateFinding, ...]

    @property
    def verdict(self) -> Gate:
        return max((Gate.PROCEED, *(one.verdict for one in self.findings)), key=lambda verdict: verdict.strength)


@dataclass(frozen=True, slots=True)
class IfKnown:
    """What the answer would be if something missing were known, as the sentence assumes it."""

    result: Result
    said: Message


@dataclass(frozen=True, slots=True)
class MissingItem:
    """Something that the record does not say and that a deciding rule needs.

    `if_known` is what the answer would be with it, known and speaking against nothing; None where that cannot be said.
    """

    variable: str
    label: str
    ask: Message
    rules: tuple[str, ...]
    if_known: IfKnown | None = None


@dataclass(frozen=True, slots=True)
class CandidateAssessment:
    """The answer for one person, one product, one region, one date. A proposal for a clinician, who decides.

    `to_check_on_the_day` lists what can only be known on the day of a session; unknown, it decides nothing. `standing`
    repeats the findings that say whether the use is approved and how strong its evidence is. `if_all_known` is what the
    answer would be with everything missing known and speaking against nothing.
    """

    result: Result
    findings: tuple[Finding, ...]
    missing: tuple[MissingItem, ...]
    to_check_on_the_day: tuple[MissingItem, ...] = ()
    standing: tuple[Finding, ...] = ()
    if_all_known: IfKnown | None = None

    @property
    def lifted_by(self) -> tuple[Message, ...]:
        """What would lift the deferral, each once, in the order of the findings."""
        deferring = [finding for finding in self.findings if finding.verdict is Result.DEFER]
        named = [finding.lifted_by for finding in deferring if finding.lifted_by]
        return tuple(dict.fromkeys([*named, *(item.ask for item in self.missing)]))


# --- doses ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dose:
    """One administration: free base, in mg, at a time; an infusion has a duration.

    A nasal dose is one 28-mg device; two devices are two doses, five minutes apart.
    """

    drug: Drug
    route: Route
    amount_mg: float
    time_h: float = 0.0
    duration_h: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.amount_mg) and self.amount_mg > 0):
            raise Refused("dose", self.amount_mg, "an amount above zero, in mg")
        if not (math.isfinite(self.time_h) and self.time_h >= 0):
            raise Refused("dose time", self.time_h, "zero or more hours after the start")
        if not (math.isfinite(self.duration_h) and self.duration_h >= 0):
            raise Refused("dose duration", self.duration_h, "zero hours (a bolus) or more")
