"""Where, what and to whom: the closed vocabularies."""

from __future__ import annotations

from enum import StrEnum


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
