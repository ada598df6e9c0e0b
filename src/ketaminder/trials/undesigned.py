"""Arms, doses and hours of a trial that comes without `sim_design`, as its own words say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

NAMED = "arms, doses and times read from the trial's words: it has no sim_design"
PER_WEEK = ((r"thrice|three times|3 times|3x", 3), (r"twice|two times|2 times|2x", 2), (r"week", 1))
WEEK_H = 168.0
NOBODY = r"patients?|participants?|total|randomised|rcts|studies|articles|reviews|treatments|crossover|analysed|treated"
CONTROLS = (
    (r"midazolam", "midazolam"),
    (r"fentanyl", "fentanyl"),
    (r"\bect\b|electroconv", "ECT"),
    (r"saline", "saline"),
    (r"placebo|sham|control|comparison|passive", "saline"),
    (r"quetiapine", "quetiapine XR"),
)
ROUTES = ((r"nasal", "intranasal"), (r"subcut", "subcutaneous"), (r"intramus", "intramuscular"), (r"oral", "oral"))


def designed(document: Mapping[str, Any]) -> dict[str, Any]:
    """A `sim_design` from the words of `document`; its arms are those that rows and counts name."""
    rows = [one for one in document.get("outcomes") or [] if isinstance(one, Mapping)]
    labels = list(dict.fromkeys(str(row.get("arm") or "") for row in rows))
    counted = document.get("n_per_arm")
    names = [str(name) for name in counted] if isinstance(counted, Mapping) else []
    parts = [part.strip() for one in (*names, *labels) for part in re.split(r" minus | vs\.? | versus |, ", one)]
    arms = [part for part in dict.fromkeys(parts) if part and not re.search(NOBODY, part.lower())]
    contrasts = [(label, re.split(r" minus | vs\.? | versus ", label)) for label in labels]
    return {
        "arms": [_arm(document, name) for name in arms],
        "contrasts": [
            {"label": label, "first": pair[0].strip(), "second": re.split(", ", pair[1])[0].strip()}
            for label, pair in contrasts
            if len(pair) == 2
        ],
        "crossover": "crossover" in str(document.get("design") or "").lower(),
        "read_from_words": True,
    }


def _arm(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    control = next((drug for pattern, drug in CONTROLS if re.search(pattern, name.lower())), None)
    drug = str(document.get("drug") or "").lower()
    counted = document.get("n_per_arm")
    n = counted.get(name) if isinstance(counted, Mapping) else None
    given: dict[str, Any] = {"drug": control or drug, "dose": None, "unit": None}
    if control is None and "ketamin" in drug:
        given = {"drug": "esketamine" if re.search(r"^(s-|es)ketamin", drug) else "ketamine_racemic"}
        given |= _dose(name) or _dose(str(document.get("dose") or "")) or {"dose": None}
    route = str(document.get("route") or "").lower()
    given["route"] = next((found for pattern, found in ROUTES if re.search(pattern, route)), "iv_infusion")
    return {"id": name, "n": n, "treatments": [given | {"times_h": _hours(str(document.get("schedule") or ""))}]}


def _dose(words: str) -> dict[str, Any] | None:
    """The largest amount that `words` name before any other drug's."""
    said = re.split(r"midazolam|fentanyl|\(", words)[0]
    found = re.search(r"((?:\d+(?:\.\d+)?(?:, | or | and | to )*)+) ?(mg/kg|mg)\b", said)
    if found is None:
        return None
    return {"dose": max(float(one) for one in re.findall(r"\d+(?:\.\d+)?", found[1])), "unit": found[2]}


def _hours(schedule: str) -> list[float]:
    words = schedule.lower()
    often = next((times for pattern, times in PER_WEEK if re.search(pattern, words)), 0)
    weeks, count = re.search(r"(\d+) weeks?\b", words), re.search(r"(\d+) (?:infusions|doses|sessions)", words)
    if re.search(r"single", words) or not (often or count):
        return [0.0]
    often = often or 3
    sessions = int(count[1]) if count else often * int(weeks[1]) if weeks else 6
    return [round(WEEK_H * number / often) for number in range(min(sessions, 100))]
