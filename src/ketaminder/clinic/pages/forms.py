"""The forms of care: closed lists of fields; what a deed refuses is shown beside its field, and nothing is repaired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ketaminder.clinic.care.clock import today
from ketaminder.clinic.care.patients import SEXES, Who, age_on
from ketaminder.clinic.events.consents import ConsentGiven, Scope
from ketaminder.clinic.events.decisions import Meaning
from ketaminder.clinic.pages.quoting import not_over, quoted, quoting, refused
from ketaminder.clinic.templatetags.clinic import day, word
from ketaminder.pharmacology.question import AGE_YEARS
from ketaminder.plan import Request
from ketaminder.terms import Phase, Product, Refused, Region

LONGEST_RECORD = 5_000_000
"""Characters of an electronic record that are taken in. A convention against exhausting the server."""

UNITS = ("mg", "mg/kg")

OLDEST = int(AGE_YEARS[1])
"""Years of age that a birth date may give at most: as the models take them."""


class DeedForm(forms.Form):
    """A form whose deed may refuse."""

    use_required_attribute = False
    fields_of: ClassVar[Mapping[str, str]] = {}
    """The deed's word for what it refuses -> the field to show it at."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})

    def add_error(self, field: str | None, error: Any) -> None:
        """Show an error beside its field, quoting what was given there."""
        if field and isinstance(error, ValidationError) and not hasattr(error, "error_dict"):
            error = quoting(self.fields[field], self.data.get(self.add_prefix(field)), error)
        super().add_error(field, error)

    def refuse(self, refusal: Refused) -> None:
        field = self.fields_of.get(refusal.where)
        self.add_error(field, refused(refusal, beside=field is not None))


def date_field(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **options)


def _titled(value: str) -> str:
    """A word as a choice reads: with a capital, units apart."""
    return value if value in UNITS else str(capfirst(word(value)))


def words_of(values: Iterable[str], empty: str = "") -> list[tuple[str, str]]:
    """The choices of a field, none of them chosen beforehand; `empty` says what no choice means."""
    listed = [(str(value), _titled(str(value))) for value in values]
    return [("", empty or gettext("choose")), *listed]


class IdentityForm(DeedForm):
    """Who the patient is."""

    fields_of: ClassVar[Mapping[str, str]] = {"identifier": "identifier", "name": "name", "sex": "sex"}

    name = forms.CharField(label=_("Name"), max_length=200)
    identifier = forms.CharField(label=_("The clinic's number"), max_length=100)
    birth_date = date_field(_("Born"))
    sex = forms.ChoiceField(label=_("Sex, as registered"), choices=lambda: words_of(SEXES))

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        age = age_on(born, today())
        if age is None or not 0 <= age <= OLDEST:
            required = gettext("a day that is over, and not {years} years or more ago").format(years=OLDEST + 1)
            raise ValidationError(quoted(day(born), required))
        return born

    def who(self) -> Who:
        said = self.cleaned_data
        return Who(said["identifier"].strip(), said["name"].strip(), said["birth_date"], said["sex"])


class CorrectionForm(IdentityForm):
    fields_of: ClassVar[Mapping[str, str]] = {**IdentityForm.fields_of, "reason": "reason"}
    reason = forms.CharField(label=_("Why it changes"), max_length=500)


class MergeForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"duplicate": "identifier", "reason": "reason"}
    identifier = forms.CharField(label=_("Number of the duplicate chart"), max_length=100)
    birth_date = date_field(_("Born, as the duplicate chart says"))
    reason = forms.CharField(label=_("How you know that they are one person"), max_length=500)


class RecordForm(DeedForm):
    """An electronic record or a case form, as a file or as text.

    Whether it is of the same person is only asked where birth date or sex differ from the chart's.
    """

    fields_of: ClassVar[Mapping[str, str]] = {"person": "same_person", "file": "file"}

    file = forms.FileField(label=_("A FHIR R4 Bundle or a case form, as a file"), required=False)
    text = forms.CharField(
        label=_("Or as text"), required=False, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})
    )
    substance_use = forms.BooleanField(
        label=_("It comes from a substance-use programme: only for those who may read such records"), required=False
    )

    same_person = forms.BooleanField(
        label=_("I have compared: the record is of this patient all the same"),
        required=False,
        widget=forms.HiddenInput,
    )

    def refuse(self, refusal: Refused) -> None:
        if refusal.where == "person":
            self.fields["same_person"].widget = forms.CheckboxInput()
        super().refuse(refusal)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        file = said.get("file")
        if bool(file) == bool(said.get("text")):
            self.add_error(None, _("Give either a file or a text."))
        elif (file.size if file else len(said["text"])) > LONGEST_RECORD:
            self.add_error("file" if file else "text", _("Larger than five million characters."))
        return said

    def document(self) -> str:
        """The record as it was given.

        Raises:
            Refused: the file is not text in UTF-8.
        """
        file = self.cleaned_data["file"]
        if not file:
            return str(self.cleaned_data["text"])
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Refused("file", file.name, "text in UTF-8") from error


class ChartExportForm(DeedForm):
    """What of a chart is exported; substance-use records only where consent to their disclosure stands."""

    substance_use = forms.BooleanField(label="", required=False)

    def __init__(self, *args: Any, consent: ConsentGiven | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if consent is None:
            del self.fields["substance_use"]
            return
        until = gettext("until {day}").format(day=day(consent.expires_on)) if consent.expires_on else ""
        said = gettext("Also records from a substance-use programme, which the patient agreed may go to {recipient}")
        self.fields["substance_use"].label = " ".join(filter(None, (said.format(recipient=consent.recipient), until)))


class AssessForm(DeedForm):
    """What the record leaves open, or should be read as."""

    region = forms.ChoiceField(
        label=_("Label"), required=False, choices=lambda: words_of(Region, str(_("as the record says")))
    )
    product = forms.ChoiceField(
        label=_("Product"), required=False, choices=lambda: words_of(Product, str(_("as the record says")))
    )
    phase = forms.ChoiceField(
        label=_("Phase"), required=False, choices=lambda: words_of(Phase, str(_("as the record says")))
    )

    def chosen(self) -> dict[str, Any]:
        kinds = {"region": Region, "product": Product, "phase": Phase}
        return {name: kind(self.cleaned_data[name]) for name, kind in kinds.items() if self.cleaned_data[name]}


class ConsentForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"text version": "text_version", "recipient": "recipient"}

    scope = forms.ChoiceField(label=_("Consent to"), choices=lambda: words_of(Scope))
    text_version = forms.CharField(label=_("Version of the text that the patient read"), max_length=100)
    given_how = forms.ChoiceField(label=_("Given"), choices=lambda: words_of(("in writing", "electronically")))
    expires_on = date_field(_("Until, where it is limited"), required=False)
    recipient = forms.CharField(label=_("To whom, for substance-use records"), max_length=200, required=False)

    def clean_expires_on(self) -> date | None:
        return not_over(self.cleaned_data["expires_on"], today())


class WithdrawalForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"consent": "scope"}

    scope = forms.ChoiceField(label=_("Consent to"), choices=lambda: words_of(Scope))
    reason = forms.CharField(label=_("What the patient said"), max_length=500, required=False)


class PlanForm(DeedForm):
    """A permitted protocol, its first day, and what was said about it."""

    fields_of: ClassVar[Mapping[str, str]] = {"protocol": "protocol", "discussion": "discussed"}

    protocol = forms.ChoiceField(label=_("Protocol"), widget=forms.RadioSelect)
    first_day = date_field(_("First session"))
    discussed = forms.CharField(
        label=_("What was discussed with the patient"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )

    def __init__(self, *args: Any, protocols: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["protocol"].choices = list(protocols)  # type: ignore[attr-defined]

    def clean_first_day(self) -> date | None:
        return not_over(self.cleaned_data["first_day"], today())


class SignForm(DeedForm):
    """A signature: what it means. The digest is that of what was on the screen."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    meaning = forms.ChoiceField(label=_("What your signature means"), choices=lambda: words_of(Meaning))


class OverrideForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"reason": "reason"}
    rule = forms.CharField(widget=forms.HiddenInput, max_length=40)
    reason = forms.CharField(label=_("Why you decide otherwise"), max_length=1000)


class CalculatorForm(DeedForm):
    """A dose that a prescriber names, of a protocol that the criteria permit. Nothing is filled in."""

    fields_of: ClassVar[Mapping[str, str]] = {
        "dose": "amount",
        "weight": "weight_kg",
        "concentration": "concentration_mg_per_mL",
        "infusion time": "minutes",
        "diluted volume": "diluted_to_mL",
        "session": "session",
        "protocol": "protocol",
    }

    protocol = forms.ChoiceField(label=_("Protocol"))
    amount = forms.FloatField(label=_("Dose"))
    unit = forms.ChoiceField(label=_("Unit"), choices=lambda: words_of(("mg", "mg/kg")))
    weight_kg = forms.FloatField(label=_("Weight measured today, kg"), required=False)
    concentration_mg_per_mL = forms.FloatField(label=_("Concentration on the vial, mg/mL"), required=False)
    minutes = forms.FloatField(label=_("Infusion time, min"), required=False)
    diluted_to_mL = forms.FloatField(label=_("Whole volume in the pump, mL"), required=False)
    session = forms.IntegerField(label=_("Number of the session"), required=False)

    def __init__(self, *args: Any, protocols: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["protocol"].choices = [("", gettext("choose")), *protocols]  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field, forms.FloatField | forms.IntegerField):
                field.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def request(self) -> Request:
        said = dict(self.cleaned_data)
        said.pop("protocol")
        return Request(**said)


class NoteForm(DeedForm):
    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=8000)


class CloseForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"reason": "reason"}
    reason = forms.CharField(label=_("Why the course ends"), max_length=500)
    outcome = forms.CharField(label=_("How the patient is"), max_length=500, required=False)
