"""What every model file must carry."""

from __future__ import annotations

from pathlib import Path

import pytest

import ketaminder.pharmacology.models as folder
from ketaminder.pharmacology import Model, discover, for_product
from ketaminder.pharmacology.model import Parameter
from ketaminder.terms import Grade, Product

MODELS = discover()
FILES = sorted(file.stem for file in Path(folder.__path__[0]).glob("*.py") if file.stem != "__init__")
READ = {Grade.SOURCE, Grade.SECONDARY}


def numbers(model: Model) -> list[Parameter]:
    factors = [factor for group in model.enantiomers.values() for one in group for factor in one.factors.values()]
    return [*model.parameters, *model.effects, *model.residual, *factors]


def test_every_file_of_the_folder_is_a_model_of_that_name() -> None:
    assert [model.id for model in MODELS] == FILES


def test_the_products_served() -> None:
    assert [model.id for model in for_product(Product.ESKETAMINE_NASAL)] == ["perez_ruixo_2021"]
    assert [model.id for model in for_product(Product.KETAMINE_IV)] == ["otto_2021"]
    assert for_product(Product.KETAMINE_IM) == ()


@pytest.mark.parametrize("model", MODELS, ids=FILES)
def test_a_model_says_where_it_comes_from_and_whom_it_fits(model: Model) -> None:
    assert model.source.citation
    assert model.source.year
    assert model.source.identifiers
    assert model.population
    assert model.units["concentration"] == "ng/mL"
    assert model.validity.use_for
    assert model.validity.not_for
    assert model.validity.age_years.printed
    assert model.validity.weight_kg.printed
    assert {product.route for product in model.products} <= set(model.routes)
    assert {product.drug for product in model.products} <= set(model.enantiomers)


@pytest.mark.parametrize("model", MODELS, ids=FILES)
def test_every_number_has_unit_meaning_locator_and_was_read(model: Model) -> None:
    assert len({number.name for number in numbers(model)}) == len(numbers(model))
    for number in numbers(model):
        assert number.unit, number.name
        assert number.meaning, number.name
        assert number.citation.locator, number.name
        assert number.citation.grade in READ, number.name
    for block in model.variability:
        assert block.printed
        assert block.citation.locator
        assert block.citation.grade in READ


@pytest.mark.parametrize("model", MODELS, ids=FILES)
def test_structure_and_variability_name_only_what_exists(model: Model) -> None:
    names, structure = set(model.published), model.structure
    for flow in structure.flows:
        assert flow.source in structure.compartments
        assert flow.target in structure.states
        assert {flow.rate, flow.volume} - {None} <= names
    for output in structure.outputs:
        assert output.compartment in structure.compartments
        assert output.volume in names
    for block in model.variability:
        assert set(block.parameters) <= names


@pytest.mark.parametrize("model", MODELS, ids=FILES)
def test_every_parameter_is_used(model: Model) -> None:
    """Read by a flow, an output, or the way in (the source of the model file names it once more)."""
    text = (Path(folder.__path__[0]) / f"{model.id}.py").read_text(encoding="utf-8")
    for name in model.published:
        assert text.count(f'"{name}"') >= 2, name


def test_the_missing_variability_of_kmet_is_said_and_not_invented() -> None:
    (model,) = for_product(Product.ESKETAMINE_NASAL)
    assert all("kmet" not in block.parameters for block in model.variability)
    assert any("kmet" in str(message) and "missing in the publication" in str(message) for message in model.assumptions)


def test_the_noresketamine_area_conflict_is_declared_in_words() -> None:
    (model,) = for_product(Product.ESKETAMINE_NASAL)
    (conflict,) = (one for one in model.conflicts if one.id == "noresketamine-auc")
    assert str(conflict.text).startswith(
        "The noresketamine AUC of this model is 1.38 to 1.56 times the one that the same paper prints (Table 4)"
    )


def test_the_derived_half_of_the_racemate_is_said_to_be_derived() -> None:
    (model,) = for_product(Product.KETAMINE_IV)
    assert "The R half is derived, not published: clearance 0.859 times" in " ".join(map(str, model.assumptions))
