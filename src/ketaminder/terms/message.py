"""How the house speaks: a sentence that is translated only where it is shown, and the refusal of unsafe input."""

from __future__ import annotations


class Refused(ValueError):
    """Input that cannot be read safely. The message quotes what was given and says what was required."""

    def __init__(self, where: str, given: object, required: str) -> None:
        self.where, self.given, self.required = where, given, required
        super().__init__(f"{where}: got {quoted(given)}; required: {required}.")


def quoted(given: object) -> str:
    """`given` as an error shows it: shortened, so that a whole document is never printed back."""
    text = repr(given)
    return text if len(text) <= 120 else f"{text[:117]}..."


class Message:
    """An English sentence with named values, translated only where it is shown.

    >>> str(Message("Systolic {systolic_mmHg} mmHg", systolic_mmHg=152))
    'Systolic 152 mmHg'
    """

    __slots__ = ("text", "values")

    def __init__(self, text: str, **values: object) -> None:
        self.text, self.values = text, values

    def __str__(self) -> str:
        return self.text.format(**self.values)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))
