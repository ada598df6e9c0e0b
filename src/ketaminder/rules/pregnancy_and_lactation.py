"""Pregnancy and breast-feeding."""

from __future__ import annotations

from ketaminder.rules.conditions import present
from ketaminder.rules.rule import rule

rule("B-PREG-01")(present("pregnant", "Pregnancy is recorded."))
rule("B-LACT-01")(present("breastfeeding", "Breast-feeding is recorded."))
rule("B-PREG-02")(present("childbearing_potential", "Pregnancy is possible: record effective contraception."))
rule("B-PREG-03")(
    present("childbearing_potential", "Pregnancy is possible: explain the risk to a fetus and the pregnancy registry.")
)
rule("D-PREG-01")(
    present("childbearing_potential", "Pregnancy test before the first dose and again during the course.")
)
rule("D-CONTRA-01")(present("childbearing_potential", "Pregnancy is possible. {statement}"))
