"""The clinic's addresses. None holds anything that identifies a patient."""

from __future__ import annotations

from django.urls import path

from ketaminder.clinic import views

urlpatterns = [
    path("", views.people, name="people"),
    path("people/<uuid:record>", views.person, name="person"),
    path("dose", views.dose, name="dose"),
    path("evidence", views.evidence, name="evidence"),
    path("healthz", views.health, name="health"),
]

handler404 = views.not_found
handler500 = views.failed
