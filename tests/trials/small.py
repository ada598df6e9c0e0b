"""The smallest document of a trial."""

from __future__ import annotations

from typing import Any

ARM = {"id": "K", "n": 30, "treatments": [{"drug": "ketamine_racemic", "route": "iv_infusion", "times_h": [0]}]}


def document(designed: dict[str, Any] | None = None, **said: Any) -> dict[str, Any]:
    """One arm of ketamine; `designed` lies over its sim_design, the rest over the document."""
    given = {"id": "t", "indication": "depression", "outcomes": [], "sim_design": {"arms": [ARM]} | (designed or {})}
    return given | said
