"""The invented people: their family names say "example" in their languages, so that nobody takes them for real."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ketaminder.terms import Indication

TRD, CRISIS, BIPOLAR = Indication.TRD, Indication.ACUTE_SUICIDALITY, Indication.BIPOLAR_DEPRESSION
OCD, PTSD, SOCIAL = Indication.OCD, Indication.PTSD, Indication.SOCIAL_ANXIETY


class Stage(StrEnum):
    """How far somebody has come on the day of the demonstration."""

    REGISTERED = "registered only"
    DEFERRED = "assessed and deferred"
    OVERRIDDEN = "deferred, a finding overridden"
    EXCLUDED = "excluded"
    ASSESSED = "assessed"
    CONSENTED = "consented"
    UNSIGNED = "planned, not signed"
    PLANNED = "planned"
    INDUCTION = "in induction"
    OPTIMISATION = "in optimisation"
    MAINTENANCE = "in maintenance"
    MISSED = "missed visits"
    RESPONDED = "closed with response"
    NOT_RESPONDED = "closed without response"
    WITHDRAWN = "withdrew consent"
    WITHHELD = "has a substance-use record"
    DUPLICATE = "merged duplicate"


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person. `example` names the shipped record, `protocol` a plan other than the usual one."""

    name: str
    sex: str
    indication: Indication
    stage: Stage
    example: str = ""
    protocol: str = ""


PEOPLE = (
    Person("Nora Halloran (synthetic)", "female", TRD, Stage.INDUCTION, "treatment_resistant_depression"),
    Person("Jonas Brandt (synthetic)", "male", BIPOLAR, Stage.INDUCTION, "bipolar_depression"),
    Person("Imani Carter (synthetic)", "female", CRISIS, Stage.INDUCTION, "suicidal_ideation"),
    Person("Kenji Mori (synthetic)", "male", OCD, Stage.INDUCTION, "ocd"),
    Person("Cormac Doyle (synthetic)", "male", PTSD, Stage.DEFERRED, "ptsd"),
    Person("Elin Sundberg (synthetic)", "female", SOCIAL, Stage.DEFERRED, "social_anxiety"),
    Person("Ana Ejemplo", "female", TRD, Stage.REGISTERED),
    Person("Þóra Dæmi", "female", PTSD, Stage.REGISTERED),
    Person("สมชาย ตัวอย่าง", "male", OCD, Stage.REGISTERED),
    Person("Łukasz Przykładny", "male", TRD, Stage.DEFERRED),
    Person("Ελένη Παράδειγμα", "female", BIPOLAR, Stage.DEFERRED),
    Person("Siân Enghraifft", "female", SOCIAL, Stage.OVERRIDDEN),
    Person("Mart Näide", "male", TRD, Stage.EXCLUDED),
    Person("Ольга Примерова", "female", PTSD, Stage.EXCLUDED),
    Person("Zoë Voorbeeld", "female", TRD, Stage.ASSESSED),
    Person("Nguyễn Thí Dụ", "male", OCD, Stage.ASSESSED),
    Person("Jiří Příklad", "male", TRD, Stage.CONSENTED),
    Person("ليلى مثال", "female", SOCIAL, Stage.CONSENTED),
    Person("Ayşe Örnek", "female", TRD, Stage.UNSIGNED),
    Person("Goran Primjer", "male", PTSD, Stage.UNSIGNED),
    Person("佐藤 見本", "female", TRD, Stage.PLANNED),
    Person("Ane Adibide", "female", BIPOLAR, Stage.PLANNED),
    Person("Søren Prøve", "male", SOCIAL, Stage.PLANNED),
    Person("김예시", "female", TRD, Stage.INDUCTION),
    Person("Mária Példa", "female", TRD, Stage.INDUCTION, protocol="ketamine_iv_trd"),
    Person("Chidi Àpẹẹrẹ", "male", CRISIS, Stage.INDUCTION),
    Person("अनिता उदाहरण", "female", PTSD, Stage.INDUCTION),
    Person("Niamh Sampla", "female", BIPOLAR, Stage.INDUCTION),
    Person("Ion Exemplu", "male", TRD, Stage.OPTIMISATION),
    Person("Thandi Isibonelo", "female", TRD, Stage.OPTIMISATION),
    Person("Bashkim Shembull", "male", TRD, Stage.OPTIMISATION),
    Person("Leilani Laʻana", "female", TRD, Stage.OPTIMISATION),
    Person("Wanjiru Mfano", "female", TRD, Stage.MAINTENANCE),
    Person("Pétur Sýnishorn", "male", TRD, Stage.MAINTENANCE),
    Person("Māra Paraugs", "female", TRD, Stage.MAINTENANCE),
    Person("Made Contoh", "male", TRD, Stage.MISSED),
    Person("Jonė Pavyzdytė", "female", BIPOLAR, Stage.MISSED),
    Person("Անահիտ Օրինակ", "female", TRD, Stage.RESPONDED),
    Person("Mere Tauira", "female", PTSD, Stage.RESPONDED),
    Person("Nino Nimushi", "female", BIPOLAR, Stage.RESPONDED),
    Person("Pekka Esimerkki", "male", TRD, Stage.RESPONDED, protocol="ketamine_sc_trd"),
    Person("Luca Esempio", "male", TRD, Stage.NOT_RESPONDED),
    Person("Inês Exemplo", "female", OCD, Stage.NOT_RESPONDED),
    Person("Gülşen Deneme", "female", SOCIAL, Stage.NOT_RESPONDED),
    Person("מרים דוגמה", "female", TRD, Stage.WITHDRAWN),
    Person("Emil Ukázka", "male", TRD, Stage.WITHHELD),
    Person("Farhan Udaaharan", "male", PTSD, Stage.WITHHELD),
    Person("Rūta Pavyzdė", "female", TRD, Stage.DUPLICATE),
    Person("Olek Wzorek", "male", CRISIS, Stage.INDUCTION),
    Person("Ida Vzorová", "female", TRD, Stage.INDUCTION, protocol="ketamine_sc_trd"),
)

SECOND_CLINIC = (
    Person("Alva Exempelsson", "female", TRD, Stage.INDUCTION, protocol="esketamine_trd_eu_under_65"),
    Person("Bo Provexempel", "male", PTSD, Stage.ASSESSED),
    Person("Åsa Exempelius", "female", TRD, Stage.REGISTERED),
)
"""Whom the first clinic never sees."""
