"""The schema of the case form, and its verdict as a sentence."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from ketaminder.fhir.document import Element
from ketaminder.terms import Refused


@cache
def case_form_schema() -> dict[str, Any]:
    """The JSON Schema of the case form, draft 2020-12."""
    text = (files("ketaminder.intake") / "case_form.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def validate(form: Element) -> None:
    """Refuse a form that does not hold to the schema, naming the first place that does not.

    Raises:
        Refused: quoting what stands there and saying what the schema demands.
    """
    errors = Draft202012Validator(case_form_schema()).iter_errors(form.value)
    first = min(errors, key=lambda error: (list(map(str, error.absolute_path)), str(error.validator)), default=None)
    if first:
        raise Refused(place(first), first.instance, demand(first))


def place(error: ValidationError) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return steps.removeprefix(".") or "case form"


def demand(error: ValidationError) -> str:
    """What the schema demands, with the description of the property beside it."""
    wanted = error.validator_value
    several = list(wanted) if isinstance(wanted, list) else [wanted]
    sentences = {
        "type": " or ".join(map(str, several)),
        "enum": f"one of {', '.join(map(json.dumps, several))}",
        "minimum": f"not below {wanted}",
        "exclusiveMinimum": f"above {wanted}",
        "maximum": f"not above {wanted}",
        "required": f"the entries {', '.join(map(str, several))}",
        "minLength": "some text",
    }
    sentence = sentences.get(str(error.validator), error.message)
    described = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    return f"{sentence} ({described.rstrip('.')})" if described else sentence
