"""The clinic's settings: what a site signs for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care import site
from ketaminder.clinic.care.appointments import nurse_limit
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.models import Clinic
from ketaminder.clinic.pages.dose_form import Amount
from ketaminder.clinic.pages.forms import DeedForm
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May
from ketaminder.clinic.templatetags.clinic import prose
from ketaminder.clinic.views.deed import answer, posted
from ketaminder.clinic.views.frame import shell_for
from ketaminder.evidence import load
from ketaminder.rules.gates import StartingPoint, starting_points
from ketaminder.terms import Product, Region

LARGEST = 1_000_000.0


class SiteValuesForm(DeedForm):
    """One field a value that the site signs for a product, with what the evidence offers beside it."""

    def __init__(self, *args: Any, points: tuple[StartingPoint, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        for point in points:
            one = point.definition
            self.fields[one.name] = Amount(
                0.0,
                LARGEST,
                one.unit,
                label=f"{prose(one.label)}, {one.unit}",
                required=one.required,
                help_text=str(point.said),
            )


class NurseLimitForm(DeedForm):
    rooms = forms.IntegerField(label=_("Rooms that one nurse may watch at a time"), min_value=1, max_value=20)


class KeepingForm(DeedForm):
    fields_of: ClassVar[Mapping[str, str]] = {"years": "retention_years", "count": "smallest_cell"}

    retention_years = forms.IntegerField(
        label=_("Years that a chart is kept after its last entry"),
        help_text=_("As the law of your place demands. Nothing is erased by itself."),
        required=False,
        min_value=1,
        max_value=site.LONGEST_YEARS,
    )
    smallest_cell = forms.IntegerField(
        label=_("Smallest number of people that research may be shown"),
        help_text=format_lazy(
            _("Smaller ones are suppressed. {least} or more, after the CMS cell size suppression policy."),
            least=site.LEAST_CELL,
        ),
        required=False,
        min_value=site.LEAST_CELL,
        max_value=int(LARGEST),
    )


@granted(May.SEE_SETTINGS)
@require_safe
def settings(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is signed, by whom, since when; and what is not signed yet."""
    clinic = Clinic.objects.get(pk=acting.place)
    context = {
        "clinic": clinic,
        "products": [(product, site.signed_values(acting, product)) for product in Product],
        "labels": load().site_values,
        "nurse_limit": nurse_limit(acting),
        "keeping": site.signed_keeping(acting),
        "may_sign": acting.may(May.SIGN_SITE_VALUES),
    }
    return HttpResponse(render("clinic/settings.html", context, shell_for(request, acting), request))


@granted(May.SIGN_SITE_VALUES, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_values(request: HttpRequest, acting: Acting, product: str) -> HttpResponseBase:
    """Sign the limits of the site for one product."""
    if product not in list(Product):
        raise Http404("no such product")
    region = Region(Clinic.objects.get(pk=acting.place).region)
    points = starting_points(load(), region, Product(product))
    form = SiteValuesForm(posted(request), points=points, initial=_now(acting, Product(product)))

    def deed() -> str:
        values = {name: value for name, value in form.cleaned_data.items() if value is not None}
        site.sign_values(acting, region, Product(product), values, today())
        return reverse("settings")

    def page() -> str:
        context = {"form": form, "deed": "sign_values", "product": product}
        return render("clinic/deed.html", context, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.SIGN_SITE_VALUES, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_nurse_limit(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Sign how many rooms one nurse may watch at a time."""
    form = NurseLimitForm(posted(request))

    def deed() -> str:
        site.sign_nurse_limit(acting, form.cleaned_data["rooms"])
        return reverse("settings")

    def page() -> str:
        return render("clinic/deed.html", {"form": form, "deed": "nurse_limit"}, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.SIGN_SITE_VALUES, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_keeping(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Sign how long charts are kept, and the smallest number of people that research may be shown."""
    signed = site.signed_keeping(acting)
    told = {name: getattr(signed[1], name) for name in KeepingForm.base_fields} if signed else {}
    form = KeepingForm(posted(request), initial=told)

    def deed() -> str:
        site.sign_keeping(acting, form.cleaned_data["retention_years"], form.cleaned_data["smallest_cell"])
        return reverse("settings")

    def page() -> str:
        return render("clinic/deed.html", {"form": form, "deed": "keeping"}, shell_for(request, acting), request)

    return answer(request, form, deed, page)


def _now(acting: Acting, product: Product) -> dict[str, float]:
    """What is signed today, to be changed; nothing where nothing is."""
    signed = site.signed_values(acting, product)
    return dict(signed[1].values) if signed else {}
