"""What is assessed and recorded before the first dose?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

for _id in (
    "D-HX-01",
    "D-HX-02",
    "D-HX-03",
    "D-VIT-01",
    "D-LAB-01",
    "D-TOX-01",
    "D-SCALE-01",
    "D-CONS-01",
    "D-REMS-01",
    "D-WT-01",
    "F-STAFF-01",
    "F-STAFF-02",
    "F-STAFF-03",
):
    rule(_id)(always())

CARDIAC = (
    "cardiovascular_or_cerebrovascular_disease",
    "uncontrolled_arrhythmia",
    "severe_coronary_or_myocardial_disease",
)
EVENTS = ("days_since_cardiovascular_event", "months_since_mi_ua_revascularisation")


@rule("D-ECG-01")
def electrocardiogram(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Unknown items ask for nothing here: other rules ask for them."""
    age = situation.number("age_years") if situation.knows("age_years") else None
    seen = tuple(name for name in (*CARDIAC, "on_qt_active_medicine") if situation.knows(name) and situation.flag(name))
    seen += tuple(name for name in EVENTS if situation.knows(name) and situation.number(name) is not None)
    if age is not None and evidence["age_years"].met_by(age):
        seen = ("age_years", *seen)
    return Fires(Message("{statement}", statement=Message(evidence.statement)), seen) if seen else None
