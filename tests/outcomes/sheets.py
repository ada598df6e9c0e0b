"""The lowest and highest sheet of every scale and what they total, typed from the published ranges."""

from __future__ import annotations

from dataclasses import dataclass, field

Answers = dict[str, object]


@dataclass(frozen=True)
class Range:
    """The two ends of one scale: sheets, and their totals (None: the scale has no total)."""

    lowest: Answers
    highest: Answers
    lowest_total: int | None
    highest_total: int | None
    context: dict[str, object] = field(default_factory=dict)


def items(count: int, value: object) -> Answers:
    return {str(number): value for number in range(1, count + 1)}


def plain(count: int, low: int, high: int, context: dict[str, object] | None = None) -> Range:
    """`count` items of the same range, summed."""
    return Range(items(count, low), items(count, high), count * low, count * high, context or {})


HAMD_TOP = dict.fromkeys(("1", "2", "3", "7", "8", "9", "10", "11", "15"), 4)
HAMD_TOP |= dict.fromkeys(("4", "5", "6", "12", "13", "14", "16b", "17"), 2)
YMRS_TOP = items(11, 4) | dict.fromkeys(("5", "6", "8", "9"), 8)
CADSS_6 = ("1", "2", "6", "7", "15", "22")
ALDRETE = ("activity", "respiration", "circulation", "consciousness", "spo2")
TAPS = ("tobacco", "alcohol", "illegal_drugs", "prescription_misuse")

RANGES: dict[str, Range] = {
    "ALDRETE": Range(dict.fromkeys(ALDRETE, 0), dict.fromkeys(ALDRETE, 2), 0, 10),
    "ATHF-SF": Range({"failed": ["no", "no"]}, {"failed": ["yes", "yes"]}, 0, 2),
    "AUDIT-C": plain(3, 0, 4),
    "BDI-II": plain(21, 0, 3),
    "BPIC-SS": Range(items(8, 0), items(7, 4) | {"8": 10}, 0, 38),
    "BPRS+": plain(4, 1, 7),
    "C-SSRS-SCREENER": Range(
        {"q1": "no", "q2": "no", "q6": "no"},
        dict.fromkeys(("q1", "q2", "q3", "q4", "q5", "q6", "q6_recent"), "yes"),
        None,
        None,
    ),
    "CADSS-23": plain(23, 0, 4),
    "CADSS-6": Range(dict.fromkeys(CADSS_6, 0), dict.fromkeys(CADSS_6, 4), 0, 24),
    "CAPS-5": plain(20, 0, 4),
    "CGI-S/CGI-I/PGI": Range({"cgi_s": 1, "cgi_i": 1, "pgi_i": 1}, {"cgi_s": 7, "cgi_i": 7, "pgi_i": 7}, None, None),
    "DAST-10": Range(items(10, "no") | {"3": "yes"}, items(10, "yes") | {"3": "no"}, 0, 10),
    "DSST": Range({"correct": 0}, {"correct": 93}, 0, 93),
    "EQ-5D-5L": Range(items(5, 1), items(5, 5), None, None),
    "GAD-7": plain(7, 0, 3),
    "HAM-A": plain(14, 0, 4),
    "HAM-D17": Range(dict.fromkeys(HAMD_TOP, 0), dict(HAMD_TOP), 0, 52),
    "ICSI/ICPI": Range({"icsi": [0] * 4, "icpi": [0] * 4}, {"icsi": [5] * 4, "icpi": [4] * 4}, None, None),
    "ISI": plain(7, 0, 4),
    "KSET": Range({}, {}, None, None),
    "LSAS": Range({"fear": [0] * 24, "avoidance": [0] * 24}, {"fear": [3] * 24, "avoidance": [3] * 24}, 0, 144),
    "MADRS": plain(10, 0, 6),
    "MGH-ATRQ": Range({"failed": ["no"]}, {"failed": ["yes"] * 4}, 0, 4),
    "MOAA/S": Range({"level": 0}, {"level": 5}, 0, 5),
    "MSM": Range(
        {"duration_months": 0, "severity": 1, "failed_drugs": 1, "augmentation": 0, "ect": 0},
        {"duration_months": 25, "severity": 5, "failed_drugs": 11, "augmentation": 1, "ect": 1},
        3,
        15,
    ),
    "MoCA": Range({"task_points": 0, "schooling_years": 13}, {"task_points": 30, "schooling_years": 13}, 0, 30),
    "PCL-5": plain(20, 0, 4),
    "PDSS": plain(7, 0, 4),
    "PHQ-9": plain(9, 0, 3),
    "PHQ-9-ITEM-9": Range({"9": 0}, {"9": 3}, 0, 3),
    "PRISE": Range(items(9, 0), items(9, 2), None, None),
    "QIDS-SR16": Range(items(16, 0), items(16, 3), 0, 27),
    "SDS": plain(3, 0, 10),
    "SSI/BSS": plain(19, 0, 2),
    "TAPS": Range(dict.fromkeys(TAPS, "never"), dict.fromkeys(TAPS, "daily"), None, None),
    "VAS-DISSOCIATION": Range({"rating": 0}, {"rating": 100}, 0, 100, {"coding": "0-100"}),
    "WHODAS-2.0-12": plain(12, 1, 5, {"coding": "1-5"}),
    "WSAS": plain(5, 0, 8),
    "Y-BOCS": plain(10, 0, 4),
    "YMRS": Range(items(11, 0), YMRS_TOP, 0, 60),
}
