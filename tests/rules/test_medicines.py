"""Free names, codes and groups resolve to ingredients, or to nothing at all."""

from __future__ import annotations

import pytest

from ketaminder.evidence import load
from ketaminder.rules.medicines import resolve


@pytest.mark.parametrize(
    ("name", "ingredients"),
    [
        ("sertraline", {"sertraline"}),
        ("Sertraline Hydrochloride 50 MG Oral Tablet", {"sertraline"}),
        ("Lexapro 20", {"escitalopram"}),
        ("Xanax prn", {"alprazolam"}),
        ("HCTZ", {"hydrochlorothiazide"}),
        ("HCTZ 25 mg", {"hydrochlorothiazide"}),
        ("Wellbutrin XL 300mg qd", {"bupropion"}),
        ("venlafaxine ER 150 mg capsule once daily", {"venlafaxine"}),
        ("lisinopril/hydrochlorothiazide 20-12.5 mg", {"lisinopril", "hydrochlorothiazide"}),
        ("Depakote 500 mg bid", {"valproic acid"}),
        ("St. John's Wort", {"St John's wort"}),
        ("ST JOHN\N{RIGHT SINGLE QUOTATION MARK}S WORT 300 mg", {"St John's wort"}),
        ("sodium oxybate at bedtime", {"sodium oxybate"}),
        ("vitamin D3 1000 IU", {"colecalciferol"}),
        ("Spravato 84 mg", {"esketamine"}),
        ("diazepam 5 mg tds", {"diazepam"}),
        ("Tylenol #3 prn", {"codeine-paracetamol"}),
        ("Tylenol 500 mg", {"paracetamol"}),
        ("co-codamol 30/500", {"codeine-paracetamol"}),
        ("Percocet 5-325", {"oxycodone-paracetamol"}),
        ("hydrocodone/acetaminophen", {"hydrocodone", "paracetamol"}),
        ("Suboxone 8/2", {"buprenorphine-naloxone"}),
        ("lithium 900 hs", {"lithium"}),
        ("Lithium 900 mg daily, level 0.8", {"lithium"}),
        ("Li2CO3 600 mg", {"lithium"}),
        ("Ativan 1 mg prn for anxiety or sleep", {"lorazepam"}),
        ("trazodone 50 qhs prn insomnia", {"trazodone"}),
        ("venlafaxine 37.5mg x2 daily", {"venlafaxine"}),
        ("moclobemide 300 mg bd", {"moclobemide"}),
        ("amitriptyline 10 mg ON", {"amitriptyline"}),
        ("Risperdal Consta", {"risperidone"}),
        ("Abilify Maintena 400 mg monthly", {"aripiprazole"}),
        ("Tylenol PM", {"diphenhydramine"}),
        ("hydrocodone/apap 5/325", {"hydrocodone", "paracetamol"}),
        ("Zoloft\N{REGISTERED SIGN} 100 mg", {"sertraline"}),
        ("Wellbutrin\N{NO-BREAK SPACE}XL 300 mg", {"bupropion"}),
        ("lorazepam/diazepam", {"lorazepam", "diazepam"}),
        ("medical marijuana", {"cannabis"}),
        ("a benzodiazepine", {"a benzodiazepine"}),
    ],
)
def test_name(name: str, ingredients: set[str]) -> None:
    assert {medicine.ingredient for medicine in resolve(load(), name)} == ingredients


@pytest.mark.parametrize(
    "name",
    [
        "",
        "25 mg",
        "tablet once daily",
        "Herbal mix",
        "sertraline plus qwertazole",
        "Tylenol Nights",
        "sertraline, pain pills",
        "sertraline and sleep pills",
        "sertraline + other meds",
        "lex",
        "sertralines",
    ],
)
def test_what_cannot_be_read_resolves_to_nothing(name: str) -> None:
    assert resolve(load(), name) == ()


def test_code_without_a_readable_name() -> None:
    assert [medicine.ingredient for medicine in resolve(load(), "local code 17", rxcui="36437")] == ["sertraline"]
    assert [medicine.ingredient for medicine in resolve(load(), "local code 17", atc="N06AB06")] == ["sertraline"]


def test_atc_group_gives_the_classes_of_a_member_that_is_not_listed() -> None:
    (group,) = resolve(load(), "cloxazolam", atc="N05BA22")
    assert group.classes == {"benzodiazepine"}


def test_a_group_and_a_name_of_no_class_agree() -> None:
    found = resolve(load(), "levonorgestrel and ethinylestradiol", atc="G03AA07")
    assert {"levonorgestrel", "ethinylestradiol"} <= {medicine.ingredient for medicine in found}


def test_unknown_code_leaves_the_name() -> None:
    assert [medicine.ingredient for medicine in resolve(load(), "Zoloft", rxcui="999999999")] == ["sertraline"]


def test_code_and_name_that_contradict_each_other_resolve_to_nothing() -> None:
    assert resolve(load(), "phenelzine", rxcui="36437") == ()
