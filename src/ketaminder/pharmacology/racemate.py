"""How the R half of racemic ketamine differs from the S half, where a model was made for one of them."""

from __future__ import annotations

from collections.abc import Iterable

from ketaminder.pharmacology.model import Conflict, Parameter
from ketaminder.pharmacology.sources import GOLDBERG, HASAN, KAMP_STEREOSELECTIVE, PERSSON, WANG
from ketaminder.terms import Citation, Drug, Grade, Message

R_ON_CL = Parameter(
    "R_on_CL",
    15.8 / 18.4,
    "ratio",
    "clearance of R-ketamine over that of S-ketamine within the racemate (15.8 over 18.4 mL/min/kg)",
    Citation(WANG, "abstract", Grade.SOURCE),
    "transferred from Wang 2019: an assumption",
)
CLEARANCE_RATIO = Conflict(
    "clearance-ratio",
    Message(
        "R-ketamine clearance is {wang:.2f} of that of S-ketamine in Wang 2019, {persson:.2f} in Persson 2002 and "
        "{hasan:.2f} in Hasan 2021; the first is used.",
        wang=R_ON_CL.value,
        persson=0.020 / 0.024,
        hasan=1530 / 1620,
    ),
    (
        R_ON_CL.citation,
        Citation(PERSSON, "abstract, 0.020 over 0.024 L/min/kg", Grade.SOURCE),
        Citation(HASAN, "abstract; Table 1", Grade.SOURCE),
    ),
)
R_NORKETAMINE = Conflict(
    "r-norketamine",
    Message(
        "R-norketamine is given the clearance of S-norketamine, but leaves more slowly (Goldberg 2011). In arterial "
        "blood 20 men had 1.2 to 1.4 times as much of it as models made in this way say (Kamp 2020)."
    ),
    (
        Citation(GOLDBERG, "abstract", Grade.SOURCE),
        Citation(KAMP_STEREOSELECTIVE, "Figure 1 f, third-party digitisation", Grade.SECONDARY),
    ),
)
R_SLOWER = Message(
    "Racemic ketamine is followed as an S and an R half. The R half is derived, not published: clearance "
    "{ratio:.3f} times that of S-ketamine (Wang 2019), everything else equal, and the same differences between "
    "people.",
    ratio=R_ON_CL.value,
)
R_ALIKE = Message(
    "Racemic ketamine is followed as an S and an R half with the same values: an assumption, made for the sum of both."
)
ABOUT_THE_R_HALF = frozenset({R_SLOWER, R_ALIKE, CLEARANCE_RATIO.text, R_NORKETAMINE.text})


def concerning(drug: Drug, messages: Iterable[Message]) -> tuple[Message, ...]:
    """Those of `messages` that concern `drug`: what is said of the R half concerns the racemate only."""
    return tuple(one for one in messages if drug is Drug.KETAMINE or one not in ABOUT_THE_R_HALF)
