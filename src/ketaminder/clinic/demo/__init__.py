"""The demonstration clinic: fifty invented people in every stage, made by our own rules and simulator."""

from __future__ import annotations

from ketaminder.clinic.demo.serving import serve
from ketaminder.clinic.demo.static_pages import once

__all__ = ["once", "serve"]
