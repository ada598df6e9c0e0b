"""The clinic's addresses. None holds anything that identifies a patient."""

from __future__ import annotations

from django.urls import path

from ketaminder.clinic.views import board, health, reference

urlpatterns = [
    path("", board.home, name="home"),
    path("today", board.board, name="board"),
    path("dose", reference.dose, name="dose"),
    path("evidence", reference.evidence, name="evidence"),
    path("healthz", health.health, name="health"),
]

handler403 = "ketaminder.clinic.views.notices.refused"
handler404 = "ketaminder.clinic.views.notices.not_found"
handler500 = "ketaminder.clinic.views.notices.failed"
