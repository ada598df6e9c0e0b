"""The administrator's pages: who works here, in which role, since when."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ketaminder.clinic.accounts import joining
from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.models import Membership
from ketaminder.clinic.pages.account_forms import EmailForm, InviteForm, RoleForm
from ketaminder.clinic.pages.forms import DeedForm
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May, Role
from ketaminder.clinic.views.deed import UNPROCESSABLE, answer, posted
from ketaminder.clinic.views.frame import shell_for
from ketaminder.terms import Refused


@granted(May.ADMINISTER_ACCOUNTS)
@require_safe
def accounts(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Everybody who holds a role in the clinic, and who held one."""
    members = Membership.objects.filter(clinic_id=acting.place).select_related("account").order_by("account__name")
    now = timezone.now()
    here = [one for one in members if one.until is None or one.until > now]
    context = {"here": here, "gone": [one for one in members if one not in here], "own": acting.account_id}
    return HttpResponse(render("clinic/accounts.html", context, shell_for(request, acting), request))


@granted(May.ADMINISTER_ACCOUNTS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Make an account and show its one-time link, once."""
    form = InviteForm(posted(request))
    link = _invited(request, acting, form) if form.is_valid() else ""
    page = render("clinic/invite.html", {"form": form, "link": link}, shell_for(request, acting), request)
    return HttpResponse(page, status=UNPROCESSABLE if form.is_bound and not link else 200)


@granted(May.ADMINISTER_ACCOUNTS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, acting: Acting, membership: UUID) -> HttpResponseBase:
    """Give another role, or end this one."""
    row = _here_or_404(acting, membership)
    told = {"role": row.role, "reads_substance_use": row.reads_substance_use}
    form = RoleForm(posted(request), initial=told)

    def deed() -> str:
        said = form.cleaned_data
        if "end" in request.POST:
            joining.end_membership(acting, membership)
        else:
            reads = said["reads_substance_use"]
            joining.change_role(acting, membership, Role(said["role"]), reads_substance_use=reads)
        return reverse("accounts")

    def page() -> str:
        coming = joining.to_hand_over(acting, row.account_id)
        context = {"form": form, "member": row, "to_hand_over": coming}
        return render("clinic/role.html", context, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.ADMINISTER_ACCOUNTS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: HttpRequest, acting: Acting, membership: UUID) -> HttpResponseBase:
    """The address by which single sign-on may connect an account that stands already; one's own too."""
    row = _here_or_404(acting, membership)
    form = EmailForm(posted(request), initial={"email": row.account.email})

    def deed() -> str:
        joining.change_email(acting, membership, form.cleaned_data["email"])
        return reverse("accounts")

    def page() -> str:
        return render("clinic/email.html", {"form": form, "member": row}, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.ADMINISTER_ACCOUNTS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request: HttpRequest, acting: Acting, membership: UUID) -> HttpResponse:
    """Give somebody who cannot sign in any more a new link, and show it once."""
    row = _here_or_404(acting, membership)
    form = DeedForm(posted(request))
    link = _renewed(request, acting, membership, form) if form.is_valid() else ""
    context = {"form": form, "member": row, "link": link}
    page = render("clinic/new_link.html", context, shell_for(request, acting), request)
    return HttpResponse(page, status=UNPROCESSABLE if form.is_bound and not link else 200)


def _here_or_404(acting: Acting, membership: UUID) -> Membership:
    row = Membership.objects.filter(id=membership, clinic_id=acting.place, until=None).select_related("account").first()
    if row is None:
        raise Http404("no such membership in this clinic")
    return row


def _renewed(request: HttpRequest, acting: Acting, membership: UUID, form: DeedForm) -> str:
    try:
        token = joining.renew(acting, membership)
    except Refused as refusal:
        form.refuse(refusal)
        return ""
    return request.build_absolute_uri(reverse("join", args=[token]))


def _invited(request: HttpRequest, acting: Acting, form: InviteForm) -> str:
    said = form.cleaned_data
    try:
        token = joining.invite(
            acting,
            said["username"],
            said["name"],
            Role(said["role"]),
            email=said["email"],
            reads_substance_use=said["reads_substance_use"],
        )
    except Refused as refusal:
        form.refuse(refusal)
        return ""
    return request.build_absolute_uri(reverse("join", args=[token]))
