"""What the treatment is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ketaminder.terms import Case, Indication, Product, Refused

CM = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"
Build = Callable[..., dict[str, Any]]


def proposal(text: str, route: str | None = None, **more: Any) -> dict[str, Any]:
    dosage = {"dosageInstruction": [{"route": {"coding": [{"system": SNOMED, "code": route}]}}]} if route else {}
    return {
        "resourceType": "MedicationRequest",
        "id": "proposal",
        "status": "draft",
        "intent": "proposal",
        "medicationCodeableConcept": {"text": text},
        **dosage,
        **more,
    }


@pytest.mark.parametrize(
    ("code", "indication", "product"),
    [
        ("F33.2", Indication.TRD, Product.ESKETAMINE_NASAL),
        ("F31.4", Indication.BIPOLAR_DEPRESSION, Product.KETAMINE_IV),
        ("F42.2", Indication.OCD, Product.KETAMINE_IV),
        ("F43.12", Indication.PTSD, Product.KETAMINE_IV),
        ("F40.10", Indication.SOCIAL_ANXIETY, Product.KETAMINE_IV),
        ("F41.0", Indication.PANIC, Product.KETAMINE_IV),
        ("F41.1", Indication.GAD, Product.KETAMINE_IV),
    ],
)
def test_the_diagnosis_names_the_indication(
    read: Callable[..., Case], condition: Build, code: str, indication: Indication, product: Product
) -> None:
    case = read(condition(CM, code, "the diagnosis"))
    assert (case.indication, case.product) == (indication, product)
    assert (case.diagnosis.text, case.diagnosis.icd10) == ("the diagnosis", code)
    said = f"The product examined is {product.value}: the record proposes no treatment."
    assert said in map(str, case.assumed)


def test_depression_is_examined_as_resistant_and_says_so(read: Callable[..., Case], condition: Build) -> None:
    said = "The depression is examined as treatment-resistant: the record does not say, and the failed trials decide."
    assert said in map(str, read(condition(CM, "F33.2")).assumed)
    assert said not in map(str, read(condition(SNOMED, "1153570009")).assumed)


def test_suicidal_ideation_makes_the_acute_indication(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(CM, "F33.2"), condition(CM, "R45.851"))
    assert (case.indication, case.product) == (Indication.ACUTE_SUICIDALITY, Product.ESKETAMINE_NASAL)


def test_past_suicidal_ideation_does_not(read: Callable[..., Case], condition: Build) -> None:
    past = condition(CM, "R45.851", clinicalStatus={"coding": [{"code": "resolved"}]})
    assert read(condition(CM, "F33.2"), past).indication is Indication.TRD


def test_bipolar_disorder_stands_before_depression_and_says_so(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(CM, "F33.2", "Depression"), condition(CM, "F31.81", "Bipolar II"))
    assert case.indication is Indication.BIPOLAR_DEPRESSION
    said = "The diagnosis to be treated is taken to be Bipolar II; also on record: Depression."
    assert said in map(str, case.assumed)


def test_the_reason_of_the_proposal_decides(read: Callable[..., Case], condition: Build) -> None:
    depression = condition(CM, "F33.2", "Depression", id="d")
    ocd = condition(CM, "F42.2", "OCD", id="o")
    case = read(depression, ocd, proposal("ketamine", "47625008", reasonReference=[{"reference": "Condition/o"}]))
    assert (case.indication, case.product) == (Indication.OCD, Product.KETAMINE_IV)


def test_a_diagnosis_without_code_is_read_by_name(read: Callable[..., Case], condition: Build) -> None:
    named = {**condition(CM, "F41.1"), "code": {"text": "Generalised anxiety disorder"}}
    assert read(named).indication is Indication.GAD


@pytest.mark.parametrize(
    ("drug", "route", "product"),
    [
        ("esketamine", "46713006", Product.ESKETAMINE_NASAL),
        ("Spravato 28 mg nasal spray", None, Product.ESKETAMINE_NASAL),
        ("ketamine", "47625008", Product.KETAMINE_IV),
        ("ketamine", "78421000", Product.KETAMINE_IM),
        ("ketamine", "34206005", Product.KETAMINE_SC),
        ("ketamine", "26643006", Product.KETAMINE_ORAL),
        ("ketamine", "37839007", Product.KETAMINE_SL),
    ],
)
def test_the_proposal_names_the_product(
    read: Callable[..., Case], condition: Build, drug: str, route: str | None, product: Product
) -> None:
    assert read(condition(CM, "F33.2"), proposal(drug, route)).product is product


def test_a_product_that_does_not_exist_is_refused(read: Callable[..., Case], condition: Build) -> None:
    with pytest.raises(Refused, match="got 'esketamine, oral'; required: one of esketamine_nasal, ketamine_iv"):
        read(condition(CM, "F33.2"), proposal("esketamine", "26643006"))


def test_two_proposals_are_refused(read: Callable[..., Case], condition: Build) -> None:
    two = [proposal("esketamine", "46713006", id="a"), proposal("ketamine", "47625008", id="b")]
    with pytest.raises(Refused, match="got 'esketamine_nasal, ketamine_iv'; required: one proposed product"):
        read(condition(CM, "F33.2"), *two)


def test_a_proposal_without_a_route_is_said(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(CM, "F42.2"), proposal("ketamine"))
    assert "The product examined is ketamine_iv: the proposal gives no route." in map(str, case.assumed)


def test_what_is_proposed_is_not_taken(read: Callable[..., Case], condition: Build) -> None:
    assert read(condition(CM, "F33.2"), proposal("esketamine", "46713006")).medications is None
