"""The question of the page "what this dose does", as a form: a closed list of fields, and no value repaired."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from ketaminder.clinic.pages.published import Dosed, dosed_as, listed
from ketaminder.clinic.pages.quoting import quoted, refused
from ketaminder.clinic.templatetags.clinic import word
from ketaminder.pharmacology.dosing import DEVICE_MG, nasal_devices
from ketaminder.pharmacology.question import AGE_YEARS, DOSE_MG, LATEST_H, MINUTES, WEIGHT_KG, Scenario
from ketaminder.pharmacology.validity import Sampling
from ketaminder.terms import Ancestry, Dose, Drug, Patient, Refused, Route, Sex

MOST_TIMES = 24
EXAMPLE = {"drug": "ketamine", "route": "intravenous", "dose_mg": "35", "duration_min": "40"}
"""What the page shows before anybody asks: 0.5 mg/kg in somebody of 70 kg, over 40 minutes."""


class Amount(forms.Field):
    """A finite number within bounds, quoted where it is not."""

    def __init__(self, low: float, high: float, unit: str, **options: Any) -> None:
        self.low, self.high, self.unit = low, high, unit
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> float | None:
        if value in self.empty_values:
            return None
        try:
            number = float(str(value).strip())
        except ValueError:
            number = math.nan
        if not self.low <= number <= self.high:
            required = gettext("a number from {low:g} to {high:g} {unit}")
            raise ValidationError(quoted(value, required.format(low=self.low, high=self.high, unit=self.unit)))
        return number


class Times(forms.Field):
    """Hours at which the dose is given, from zero up."""

    def to_python(self, value: Any) -> tuple[float, ...]:
        if value in self.empty_values:
            return (0.0,)
        parts = [part for part in re.split(r"[,;\s]+", str(value)) if part]
        try:
            hours = tuple(float(part) for part in parts)
        except ValueError:
            hours = (math.nan,)
        rising = all(first < second for first, second in pairwise(hours))
        if not rising or len(hours) > MOST_TIMES or not 0 <= hours[0] <= hours[-1] <= LATEST_H:
            required = gettext("up to {most} ascending hours from 0 to {latest:g}, as 0, 84, 168")
            raise ValidationError(quoted(value, required.format(most=MOST_TIMES, latest=LATEST_H)))
        return hours


def _choices(words: Any, unknown: bool) -> list[tuple[str, str]]:
    listed = [(str(one), word(str(one)) or str(one)) for one in words]
    return [("", gettext("not given")), *listed] if unknown else listed


class DoseForm(forms.Form):
    """Drug, route and dose; who it is for; which model answers."""

    use_required_attribute = False

    drug = forms.ChoiceField(label=gettext_lazy("Drug"), choices=lambda: _choices(Drug, unknown=False))
    route = forms.ChoiceField(label=gettext_lazy("Route"), choices=lambda: _choices(Route, unknown=False))
    dose_mg = Amount(*DOSE_MG, "mg", label=gettext_lazy("Dose, mg"))
    duration_min = Amount(
        *MINUTES,
        "min",
        label=gettext_lazy("Infusion over, min"),
        required=False,
        help_text=gettext_lazy("intravenous only; 0 for a bolus"),
    )
    times_h = Times(
        label=gettext_lazy("Given at, h"), required=False, help_text=gettext_lazy("one dose at 0 unless said")
    )
    age_years = Amount(*AGE_YEARS, "years", label=gettext_lazy("Age, years"), required=False)
    weight_kg = Amount(*WEIGHT_KG, "kg", label=gettext_lazy("Weight, kg"), required=False)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), required=False, choices=lambda: _choices(Sex, unknown=True))
    ancestry = forms.ChoiceField(
        label=gettext_lazy("Ancestry"), required=False, choices=lambda: _choices(Ancestry, unknown=True)
    )
    sampling = forms.ChoiceField(
        label=gettext_lazy("Blood sample"), required=False, choices=lambda: _choices(Sampling, unknown=True)
    )
    model = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)
    view = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "duration_min" in said and "route" in said:
            self._check_duration(said["route"], said["duration_min"])
        if (
            said.get("drug") == Drug.ESKETAMINE
            and said.get("route") == Route.NASAL
            and said.get("dose_mg", 0) % DEVICE_MG
        ):
            required = gettext("a whole number of {device:g}-mg devices, as 56 or 84").format(device=DEVICE_MG)
            self.add_error("dose_mg", quoted(f"{said['dose_mg']:g}", required))
        return said

    def _check_duration(self, route: str, minutes: float | None) -> None:
        if route == Route.INTRAVENOUS and minutes is None:
            self.add_error("duration_min", quoted(None, gettext("the minutes of the infusion; 0 for a bolus")))
        if route != Route.INTRAVENOUS and minutes is not None:
            self.add_error(
                "duration_min",
                quoted(f"{minutes:g}", gettext("nothing, since only an infusion into a vein has minutes")),
            )

    def scenario(self) -> Scenario:
        """What is asked, once the form is valid.

        Raises:
            Refused: a dose that cannot be given as it is said.
        """
        said = self.cleaned_data
        drug, route = Drug(said["drug"]), Route(said["route"])
        doses: list[Dose] = []
        for hour in said["times_h"]:
            if route is Route.NASAL and drug is Drug.ESKETAMINE:
                doses += nasal_devices(said["dose_mg"], hour)
            else:
                doses.append(Dose(drug, route, said["dose_mg"], hour, (said["duration_min"] or 0.0) / 60))
        patient = Patient(
            "asked",
            age_years=said["age_years"],
            weight_kg=said["weight_kg"],
            sex=Sex(said["sex"]) if said["sex"] else None,
            ancestry=Ancestry(said["ancestry"]) if said["ancestry"] else None,
        )
        return Scenario(tuple(doses), patient, Sampling(said["sampling"]) if said["sampling"] else None)

    def asked(self) -> None:
        """No study, but a dose of one's own."""

    def refuse(self, refusal: Refused) -> None:
        """Show why the models cannot answer, beside the field where there is one."""
        field = next((one.name for one in self.visible_fields() if one.name == refusal.where), None)
        self.add_error(field, refused(refusal, beside=field is not None))


class StudyForm(forms.Form):
    """A published study in place of a dose of one's own."""

    use_required_attribute = False

    study = forms.CharField(
        label=gettext_lazy("Published study"),
        max_length=120,
        widget=forms.Select,
        help_text=gettext_lazy("its own doses, with the levels and peaks that it published"),
    )
    model = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)
    view = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [(kind, [(one.id, one.title) for one in found]) for kind, found in listed()]
        self.fields["study"].widget.choices = [("", gettext("choose")), *kinds]

    def asked(self) -> Dosed:
        """What is asked, once the form is valid.

        Raises:
            Refused: no such study.
        """
        return dosed_as(self.cleaned_data["study"])

    def scenario(self) -> Scenario:
        """The study's own doses, people and sampling site; errors as in `asked`."""
        return self.asked().scenario

    def as_asked(self) -> dict[str, str]:
        """The study's dose for the form of a dose of one's own; the example where no study is asked for."""
        return self.asked().as_asked if self.is_valid() else EXAMPLE

    def refuse(self, refusal: Refused) -> None:
        """Show beside the list why nothing is drawn."""
        self.add_error("study", refused(refusal, beside=True))
