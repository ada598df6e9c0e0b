"""How large the effects of a session are, as published; where sources disagree, all stand in `ranges`."""

from __future__ import annotations

from dataclasses import dataclass

from ketaminder.evidence.trials import load_trials
from ketaminder.pharmacology.model import Parameter
from ketaminder.terms import Citation, Grade, Message, Source

INFUSIONS_741 = Source(
    id="infusions-741",
    citation="Cardiovascular effects of repeated subanaesthetic ketamine infusion in depression (135 people, 741 "
    "infusions). Authors and identifier were not shown where it was read.",
    kind="paper",
)
RIVA_POSSE = Source(
    id="riva-posse-2018",
    citation="Riva-Posse P, Reiff CM, Edwards JA, et al. J Affect Disord 2018.",
    year=2018,
    identifiers={"doi": "10.1016/j.jad.2018.02.025", "pmid": "29525051"},
    kind="paper",
)
DOHERTY = Source(
    id="doherty-2020",
    citation="Doherty T, Wajs E, Melkote R, et al. CNS Drugs 2020;34(3):299-310.",
    year=2020,
    identifiers={"doi": "10.1007/s40263-020-00699-4", "pmid": "31994024"},
    kind="paper",
)
LABEL_REVIEW = Source(
    id="mdedge-2019",
    citation="Current Psychiatry 2019, review of intranasal esketamine, after the US label.",
    year=2019,
)
MAKER_DISSOCIATION = Source(
    id="maker-dissociation-2024", citation="Manufacturer's medical information: dissociative effects.", year=2024
)
MAKER_PRESSURE = Source(
    id="maker-cardiovascular", citation="Manufacturer's medical information: cardiovascular effects."
)

_PUBLISHED = load_trials()
VANKAWALA, CHEN, GLUE_2018, SZARMACH = (
    _PUBLISHED[id_].source
    for id_ in ("safety_vankawala2021_bp", "chen2023_china_us", "glue2018_anxiety_maint", "safety_szarmach2020_bp")
)


@dataclass(frozen=True, slots=True)
class Reached:
    """The share of people whose effect rose above `threshold` after esketamine by the nose."""

    dose_mg: float
    share: float
    threshold: float
    citation: Citation

    @property
    def said(self) -> Message:
        """The share in words."""
        return Message(
            "{share:.0%} of people above {threshold:g} after {dose:g} mg by the nose",
            share=self.share,
            threshold=self.threshold,
            dose=self.dose_mg,
        )


@dataclass(frozen=True, slots=True)
class Between:
    """How people differ: mean and standard deviation of the largest rise of each, with the drug and with placebo."""

    mean: float
    sd: float
    mean_placebo: float
    sd_placebo: float
    citation: Citation

    @property
    def said(self) -> Message:
        """The spread in words."""
        return Message(
            "largest rise {mean:g} (SD {sd:g}), on placebo {placebo:g} ({other:g}): the spread between people",
            mean=self.mean,
            sd=self.sd,
            placebo=self.mean_placebo,
            other=self.sd_placebo,
        )


@dataclass(frozen=True, slots=True)
class Later:
    """The size in a later session over that in the first."""

    session: int
    share: float
    citation: Citation


@dataclass(frozen=True, slots=True)
class Effect:
    """One acute effect: its typical size at an intensity of 1, or two shares of people that say size and spread.

    `elsewhere` holds the sizes of other publications, in the same unit, which `ranges` say with their sources.
    """

    id: str
    name: str
    unit: str
    highest: float
    size: Parameter | None = None
    reached: tuple[Reached, ...] = ()
    spread: Between | None = None
    wanes: bool = False
    ranges: tuple[tuple[Message, Citation], ...] = ()
    elsewhere: tuple[float, ...] = ()

    @property
    def grounds(self) -> tuple[tuple[Message, Citation], ...]:
        """Where size and spread come from."""
        found = [(_size(self.size), self.size.citation)] if self.size else []
        found += [(self.spread.said, self.spread.citation)] if self.spread else []
        return (*found, *((one.said, one.citation) for one in self.reached))


def _size(size: Parameter) -> Message:
    return Message("{value:g} {unit}: {meaning}", value=size.value, unit=size.unit, meaning=size.meaning)


_BY_VEIN = Citation(INFUSIONS_741, "abstract", Grade.SOURCE)
_REVIEW = Citation(LABEL_REVIEW, "adverse effects, after the US label", Grade.SECONDARY)
_POOLED = Citation(VANKAWALA, "abstract, pooled peak at 40 min", Grade.SOURCE)
_CHEN = Citation(CHEN, "safety, largest rise from pre-dose over all dosing days", Grade.SOURCE)

RESOLVED_H = Parameter(
    "resolved",
    1.5,
    "h",
    "dissociation, sedation and blood pressure are back near where they were",
    Citation(MAKER_DISSOCIATION, "summary", Grade.SECONDARY),
    "blood pressure too: Chen 2023 after the nose, Szarmach 2020 by vein; the label says that it lasts about 4 h",
)
LATER_SESSION = Later(
    14, 8.8 / 20.0, Citation(GLUE_2018, "mean CADSS 20 in week 1, 8.8 in week 14, weekly sessions", Grade.SECONDARY)
)


def _rise(value: float, unit: str) -> Parameter:
    return Parameter("rise", value, unit, "mean largest rise, racemic ketamine 0.5 mg/kg over 40 min by vein", _BY_VEIN)


WITH_PLACEBO = Between(13.2, 11.14, 5.4, 9.29, _CHEN)
"""Systolic pressure, mmHg."""

DISSOCIATED_ON_PLACEBO = Parameter(
    "dissociated on placebo",
    6 / 126,
    "1",
    "share of people on placebo whose CADSS rose by more than 4 at some session",
    _CHEN,
)

DISSOCIATION = Effect(
    "dissociation",
    "dissociation (CADSS)",
    "points",
    92.0,
    reached=(Reached(56.0, 0.61, 4.0, _REVIEW), Reached(84.0, 0.69, 4.0, _REVIEW)),
    wanes=True,
    ranges=(
        (
            Message("CADSS rose by more than 4 in 61 to 84% on esketamine and 5 to 16% on placebo."),
            Citation(MAKER_DISSOCIATION, "summary", Grade.SECONDARY),
        ),
        (Message("CADSS 20 on average in week 1 after 1 mg/kg under the skin."), LATER_SESSION.citation),
    ),
)
SEDATION = Effect(
    "sedation",
    "sedation, times what half of people need to reach MOAA/S 4 or less",
    "ratio",
    100.0,
    reached=(Reached(56.0, 0.50, 1.0, _REVIEW), Reached(84.0, 0.61, 1.0, _REVIEW)),
)
SYSTOLIC = Effect(
    "systolic",
    "rise of systolic pressure",
    "mmHg",
    120.0,
    _rise(7.4, "mmHg"),
    spread=WITH_PLACEBO,
    ranges=(
        (Message("3.28 mmHg at 30 min over 684 infusions."), Citation(RIVA_POSSE, "abstract", Grade.SOURCE)),
        (Message("12.61 (10.4 to 14.82) mmHg pooled, without a control."), _POOLED),
        (
            Message("13.3 against 6.1 mmHg on placebo, mean largest rise, 18 to 64 years; 16.0 against 11.1 from 65."),
            Citation(DOHERTY, "abstract", Grade.SOURCE),
        ),
        (
            Message("The rise lasts about 4 h by the label, 1.5 h in two trials; the shorter is drawn."),
            Citation(MAKER_PRESSURE, "summary", Grade.SECONDARY),
        ),
    ),
    elsewhere=(3.28, 12.61, 13.3),
)
DIASTOLIC = Effect(
    "diastolic",
    "rise of diastolic pressure",
    "mmHg",
    120.0,
    _rise(6.0, "mmHg"),
    spread=Between(10.2, 8.35, 4.7, 6.62, _CHEN),
    ranges=(
        (Message("3.17 mmHg at 30 min over 684 infusions."), Citation(RIVA_POSSE, "abstract", Grade.SOURCE)),
        (Message("8.49 (6.89 to 10.09) mmHg pooled, without a control."), _POOLED),
        (
            Message("8.7 against 4.9 mmHg on placebo, mean largest rise, 18 to 64 years; 9.5 against 6.8 from 65."),
            Citation(DOHERTY, "abstract", Grade.SOURCE),
        ),
    ),
    elsewhere=(3.17, 8.49, 8.7),
)
HEART_RATE = Effect(
    "heart_rate",
    "rise of heart rate",
    "per min",
    120.0,
    _rise(1.9, "1/min"),
    ranges=(
        (Message("4.09 (0.55 to 7.63) per min pooled, without a control."), _POOLED),
        (
            Message("Back where it was within 1.5 h of an infusion."),
            Citation(SZARMACH, "abstract, 49 people", Grade.SOURCE),
        ),
    ),
    elsewhere=(4.09,),
)
EFFECTS = (DISSOCIATION, SEDATION, SYSTOLIC, DIASTOLIC, HEART_RATE)
"""In this order everywhere."""
NOT_AN_ALARM = Message(
    "What people do on average in trials. It opens and closes no clinical gate: only measurements in the room do."
)
