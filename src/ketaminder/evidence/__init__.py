"""What is published, as dated, cited data that clinicians can review; one loader, no opinions.

`sources.toml` names every document. `criteria/*.toml` holds what rules read, one file a clinical question.
`variables.toml` names what a record may say of a patient, `medicines.toml` the ingredients and their classes,
`protocols/*.toml` the published schedules, one file a protocol.
"""

from ketaminder.evidence.library import (
    Disagreement,
    Library,
    Medicine,
    PooledEffect,
    Protocol,
    ProtocolDose,
    ProtocolPhase,
    RuleEvidence,
    Scope,
    SiteValue,
    Strength,
    Variable,
)
from ketaminder.evidence.loader import fingerprint, load

__all__ = [
    "Disagreement",
    "Library",
    "Medicine",
    "PooledEffect",
    "Protocol",
    "ProtocolDose",
    "ProtocolPhase",
    "RuleEvidence",
    "Scope",
    "SiteValue",
    "Strength",
    "Variable",
    "fingerprint",
    "load",
]
