"""The closed vocabulary of published trials: a file that uses another word is refused."""

from __future__ import annotations

from enum import StrEnum

from ketaminder.terms import Grade

READ = frozenset({Grade.SOURCE, Grade.SECONDARY})
"""The grades on which a calibration, a dose or a frequency may rest."""


class Record(StrEnum):
    """What kind of publication the numbers come from."""

    TRIAL = "trial"
    META_ANALYSIS = "meta-analysis"
    SAFETY_POOL = "safety pool"


class ValueType(StrEnum):
    """What a row's mean is. Never mix them."""

    ABSOLUTE = "absolute score"
    CHANGE = "mean change from baseline"
    LS_CHANGE = "least-squares mean change from baseline"
    PERCENT_CHANGE = "percent change from baseline"
    DIFFERENCE = "difference versus comparator"
    RATE = "rate only"
    RATE_DIFFERENCE = "rate difference versus comparator"
    EFFECT = "effect size only"
    TIMING = "timing"


class Unit(StrEnum):
    """The unit of a mean, its spread and its interval. Rates are fractions of one everywhere."""

    POINTS = "points"
    Z = "z"
    T_SCORE = "T score points"
    PERCENT = "percent"
    FRACTION = "fraction"
    MMHG = "mmHg"
    PER_MINUTE = "per minute"
    NONE = "none"


class Measure(StrEnum):
    """A standardised effect or an association, as the paper names it."""

    D = "Cohen's d"
    WITHIN_D = "Cohen's d within the arm"
    G = "Hedges' g"
    G_BIAS_ADJUSTED = "Hedges' g, adjusted for bias"
    SMD = "standardised mean difference"
    I2 = "I squared, percent"
    ODDS_RATIO = "odds ratio"
    RELATIVE_RISK = "relative risk"
    HAZARD_RATIO = "hazard ratio"
    NNT = "number needed to treat"
    R = "correlation"
    R2 = "share of variance"
    DIFFERENCE = "difference in points"
    PROPORTION = "proportion"
    P = "p value"
    IN_WORDS = "in words"


class Role(StrEnum):
    """What an arm is for."""

    ACTIVE = "active"
    PLACEBO = "placebo"
    ACTIVE_CONTROL = "active control"
    COMPARATOR = "comparator"
    MIXED_CONTROL = "placebo or midazolam"


class Group(StrEnum):
    """The table of evidence that a publication belongs to."""

    DEPRESSION = "Major depression / treatment-resistant depression"
    BIPOLAR_DEPRESSION = "Bipolar depression"
    SUICIDAL_IDEATION = "Suicidal ideation"
    ANXIETY = "Anxiety disorders"
    OCD = "OCD"
    PTSD = "PTSD"
    ECT_AND_QUETIAPINE = "Comparators: ECT and quetiapine"
    ORAL_ANTIDEPRESSANT = "Comparator: oral antidepressants"
    SAFETY = "Safety: dissociation, sedation, blood pressure"


class Agent(StrEnum):
    """What an arm is given."""

    KETAMINE = "ketamine_racemic"
    ESKETAMINE = "esketamine"
    MIDAZOLAM = "midazolam"
    FENTANYL = "fentanyl"
    QUETIAPINE = "quetiapine XR"
    ECT = "ECT"
    SALINE = "saline"
    PLACEBO_SPRAY = "placebo_spray"
    PLACEBO_TABLET = "placebo tablet"


class Way(StrEnum):
    """How an arm is given it. "oral_er" is an extended-release tablet."""

    INFUSION = "iv_infusion"
    INTRANASAL = "intranasal"
    SUBCUTANEOUS = "subcutaneous"
    INTRAMUSCULAR = "intramuscular"
    ORAL = "oral"
    ORAL_EXTENDED_RELEASE = "oral_er"
    PROCEDURE = "procedure"


class DoseUnit(StrEnum):
    """The unit of a dose of a trial."""

    MG = "mg"
    MG_PER_KG = "mg/kg"
    MICROGRAMS = "micrograms"


class Better(StrEnum):
    """Which direction of a value is better for the patient."""

    LOWER = "lower"
    HIGHER = "higher"


class Sign(StrEnum):
    """The sign of an effect that favours the first-named arm."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class DurabilityUnit(StrEnum):
    """The unit of a durability."""

    DAYS = "days"
    FRACTION = "fraction"
    RATIO = "ratio"


class Use(StrEnum):
    """What a model may do with a trial: be fitted to it, be checked against it, or leave it alone."""

    CALIBRATE = "calibrate"
    CHECK = "check"
    LEAVE = "leave alone"
