"""The clinic's addresses. None holds anything that identifies a patient."""

from __future__ import annotations

from django.urls import path

from ketaminder.clinic.views import (
    audit,
    board,
    calculator,
    charts,
    doors,
    emergencies,
    health,
    reference,
    site,
    staff,
    treatment,
    visits,
)

ONE = "patients/<uuid:patient>"

urlpatterns = [
    path("", board.home, name="home"),
    path("today", board.board, name="board"),
    path("patients", charts.find, name="patients"),
    path("patients/new", charts.register, name="register"),
    path(ONE, charts.chart, name="chart"),
    path(f"{ONE}/identity", charts.correct, name="correct"),
    path(f"{ONE}/merge", charts.merge, name="merge"),
    path(f"{ONE}/note", charts.note, name="note"),
    path(f"{ONE}/record", treatment.import_record, name="import_record"),
    path(f"{ONE}/assess", treatment.assess, name="assess"),
    path(f"{ONE}/assessments/<uuid:made>", treatment.assessment, name="assessment"),
    path(f"{ONE}/assessments/<uuid:made>/<str:rule>", treatment.override, name="override"),
    path(f"{ONE}/consent", treatment.consent, name="consent"),
    path(f"{ONE}/withdraw", treatment.withdraw, name="withdraw"),
    path(f"{ONE}/plan", treatment.plan, name="plan"),
    path(f"{ONE}/sign/<uuid:event>", treatment.sign, name="sign"),
    path(f"{ONE}/close", treatment.close, name="close"),
    path(f"{ONE}/dose", calculator.calculator, name="calculator"),
    path(f"{ONE}/visits/new", visits.book, name="book"),
    path("visits/<uuid:appointment>", visits.stand, name="stand"),
    path("settings", site.settings, name="settings"),
    path("settings/limits/<str:product>", site.sign_values, name="sign_values"),
    path("settings/nurse", site.sign_nurse_limit, name="sign_nurse_limit"),
    path("audit", audit.trail, name="audit"),
    path("emergency", emergencies.ask, name="emergency"),
    path("emergency/<uuid:access>", emergencies.chart, name="emergency_chart"),
    path("emergencies", emergencies.unreviewed, name="emergencies"),
    path("emergencies/<uuid:access>", emergencies.review, name="emergency_review"),
    path("accounts", staff.accounts, name="accounts"),
    path("accounts/new", staff.invite, name="invite"),
    path("accounts/<uuid:membership>", staff.role, name="role"),
    path("join/<str:token>", doors.join, name="join"),
    path("sign-in", doors.sign_in, name="account_login"),
    path("sign-in/second-step", doors.second_step, name="mfa_authenticate"),
    path("sign-in/passkey", doors.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("sign-in/closed", doors.closed, name="account_inactive"),
    path("sign-in/not-invited", doors.not_invited, name="not_invited"),
    path("sign-in/by/<str:provider_id>", doors.single_sign_on, name="openid_connect_login"),
    path("sign-in/by/<str:provider_id>/back", doors.single_sign_on_returns, name="openid_connect_callback"),
    path("sign-out", doors.sign_out, name="account_logout"),
    path("locked", doors.locked, name="locked"),
    path("clinic", doors.choose_clinic, name="choose_clinic"),
    path("account/confirm", doors.confirm_by_password, name="account_reauthenticate"),
    path("account/confirm/code", doors.confirm_by_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey", doors.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/password", doors.change_password, name="account_change_password"),
    path("account/sessions", doors.own_sessions, name="usersessions_list"),
    path("account/second-factor", doors.second_factor, name="second_factor"),
    path("account/factors", doors.factors, name="mfa_index"),
    path("account/factors/app", doors.add_totp, name="mfa_activate_totp"),
    path("account/factors/app/remove", doors.remove_totp, name="mfa_deactivate_totp"),
    path("account/factors/codes", doors.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/factors/codes/new", doors.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/factors/passkeys", doors.passkeys, name="mfa_list_webauthn"),
    path("account/factors/passkeys/new", doors.add_passkey, name="mfa_add_webauthn"),
    path("account/factors/passkeys/<int:pk>/remove", doors.remove_passkey, name="mfa_remove_webauthn"),
    path("dose", reference.dose, name="dose"),
    path("evidence", reference.evidence, name="evidence"),
    path("healthz", health.health, name="health"),
]

handler403 = "ketaminder.clinic.views.notices.refused"
handler404 = "ketaminder.clinic.views.notices.not_found"
handler500 = "ketaminder.clinic.views.notices.failed"
