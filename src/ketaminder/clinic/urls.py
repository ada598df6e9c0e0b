"""The clinic's addresses. None holds anything that identifies a patient."""

from __future__ import annotations

from django.urls import path

from ketaminder.clinic.views import audit, board, calculator, charts, health, reference, site, treatment, visits

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
    path("dose", reference.dose, name="dose"),
    path("evidence", reference.evidence, name="evidence"),
    path("healthz", health.health, name="health"),
]

handler403 = "ketaminder.clinic.views.notices.refused"
handler404 = "ketaminder.clinic.views.notices.not_found"
handler500 = "ketaminder.clinic.views.notices.failed"
