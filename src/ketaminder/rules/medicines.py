"""Recorded medicines resolved to ingredients by code or name; what cannot be read is kept, never ignored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ketaminder.evidence import Library, Medicine

_FILLER = """
a about acetate adjunct adjunctive afternoon ago alternate am an and approx as at augmentation augmented bd bed
bedtime before besilate besylate bid bitartrate brand breakfast by camsylate cap caps capsule capsules citrate
combination combined consta cr cream current currently daily day days decanoate delayed depot dihydrate
dimesylate dinner dosage dose dr drop drops each ec elixir embonate er evening every extended fasting food for
fortnight fortnightly fumarate g gel generic gluconate gram grams gummies gummy hcl high hour hours hs
hydrobromide hydrochloride hydroxide immediate in inhaled inhaler inj injection injections ir iu la lai last
level levels liquid long lotion lozenge lunch maintena maleate max maximum mcg meals mesilate mesylate mg
micrograms mid midday milligram milligrams ml modified monohydrate mononitrate monotherapy month monthly months
morning mr nasal needed night nightly nitrate nocte noon od odt of ointment om on once oral orally otc oxalate
palmitate pamoate patch per phosphate pill pills plus po potassium prn pump qam qd qhs qid qpm regularly release
required since sl slow sodium soltab solution spray sr stable started strength succinate sulfate sulphate
suspension sustenna syrup tab tablet tablets tabs take taken takes taking taper tapering tartrate tds term the
three tid times to trial trihydrate twice ug units up week weekly with x xl xr year years zydis
"""
FILLER = frozenset(_FILLER.split())
"""Words of a prescription that name no ingredient: units, forms, salts, times."""

_REASONS = (
    "adhd|allerg(?:y|ies)|anxiety|asthma|bp|constipation|cough|cramps|depression|headaches?|hypertension|insomnia|"
    "migraines?|mood|nausea|pain|panic|reflux|sleep|spasms"
)
REASON = re.compile(rf"\b(for|prn|needed) (?:{_REASONS})(?: (?:and|or) (?:{_REASONS}))?\b")
"""What a medicine is taken for, only where it is said so: 'sleep pills' name a medicine."""

AMOUNT = re.compile(r"x?\d")


@dataclass(frozen=True, slots=True)
class Index:
    """Medicines by each of the ways in which a record names them."""

    by_words: Mapping[tuple[str, ...], Medicine]
    by_rxcui: Mapping[str, Medicine]
    by_atc: Mapping[str, Medicine]
    longest: int


@lru_cache(maxsize=1)
def index(library: Library) -> Index:
    """The index of the medicines in `library`."""
    known = library.medicines.values()
    by_words = {words(name): medicine for medicine in known for name in (medicine.ingredient, *medicine.names)}
    return Index(
        by_words=by_words,
        by_rxcui={medicine.rxcui: medicine for medicine in known if medicine.rxcui},
        by_atc={code: medicine for medicine in known for code in medicine.atc},
        longest=max(map(len, by_words), default=0),
    )


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")))


def resolve(library: Library, name: str, rxcui: str | None = None, atc: str | None = None) -> tuple[Medicine, ...]:
    """The ingredients that a recorded medicine holds; empty where it cannot be read with certainty.

    A code stands before the name, unless they contradict each other.
    """
    known = index(library)
    coded = [
        medicine for medicine in (known.by_rxcui.get(rxcui or ""), _by_atc(known, (atc or "").upper())) if medicine
    ]
    named = _by_name(known, name)
    if not coded:
        return named
    agree = not named or any(_overlap(code, medicine) for code in coded for medicine in named)
    return tuple(dict.fromkeys([*coded, *named])) if agree else ()


def _overlap(one: Medicine, other: Medicine) -> bool:
    """Whether two readings of one entry can both be right: the same medicine, or of a class, or both of none."""
    return one == other or one.classes == other.classes or bool(one.classes & other.classes)


def _by_atc(known: Index, code: str) -> Medicine | None:
    prefixes = (code[:length] for length in range(len(code), 0, -1))
    return next((known.by_atc[prefix] for prefix in prefixes if prefix in known.by_atc), None)


def _by_name(known: Index, name: str) -> tuple[Medicine, ...]:
    """Every ingredient named in `name`; none at all if a word is left that is neither ingredient nor filler."""
    found, rest = [], words(REASON.sub(r"\1", " ".join(words(name))))
    while rest:
        length = next((n for n in range(min(known.longest, len(rest)), 0, -1) if rest[:n] in known.by_words), 0)
        if length:
            found.append(known.by_words[rest[:length]])
        elif not (AMOUNT.match(rest[0]) or rest[0] in FILLER):
            return ()
        rest = rest[max(length, 1) :]
    return tuple(dict.fromkeys(found))
