"""The words of `ketaminder.terms` as a page writes them, each translatable."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ketaminder.evidence.library import Guidance
from ketaminder.plan import Status
from ketaminder.terms import Ancestry, Grade, Indication, Phase, Product, Region, Result, Sex

WORDS: Mapping[str, str | Promise] = {
    Region.US: _("United States"),
    Region.EU: _("European Union"),
    Region.UK: _("United Kingdom"),
    Region.CH: _("Switzerland"),
    Product.ESKETAMINE_NASAL: _("esketamine nasal spray"),
    Product.KETAMINE_IV: _("ketamine, intravenous"),
    Product.KETAMINE_IM: _("ketamine, intramuscular"),
    Product.KETAMINE_SC: _("ketamine, subcutaneous"),
    Product.KETAMINE_ORAL: _("ketamine, oral"),
    Product.KETAMINE_SL: _("ketamine, sublingual"),
    Phase.START: _("before the first dose"),
    Phase.INDUCTION: _("induction"),
    Phase.OPTIMISATION: _("optimisation"),
    Phase.MAINTENANCE: _("maintenance"),
    Indication.TRD: _("treatment-resistant depression"),
    Indication.ACUTE_SUICIDALITY: _("major depression with acute suicidality"),
    Indication.DEPRESSION: _("depression, neither resistant nor acutely suicidal"),
    Indication.BIPOLAR_DEPRESSION: _("bipolar depression"),
    Indication.PANIC: _("panic disorder"),
    Indication.GAD: _("generalised anxiety disorder"),
    Indication.SOCIAL_ANXIETY: _("social anxiety disorder"),
    Indication.OCD: _("obsessive-compulsive disorder"),
    Indication.PTSD: _("post-traumatic stress disorder"),
    Sex.FEMALE: _("female"),
    Sex.MALE: _("male"),
    Ancestry.CAUCASIAN: _("Caucasian"),
    Ancestry.JAPANESE: _("Japanese"),
    Ancestry.ASIAN_NON_JAPANESE: _("Asian, not Japanese"),
    "other": _("other"),
    Grade.SOURCE: _("read in source"),
    Grade.SECONDARY: _("read in secondary source"),
    Grade.MEMORY: _("unverified"),
    Grade.CONVENTION: _("convention, not a clinical source"),
    Result.INFORM: _("Information"),
    Result.ELIGIBLE: _("Eligible"),
    Result.PRECAUTIONS: _("Eligible with precautions"),
    Result.DEFER: _("Defer"),
    Result.EXCLUDE: _("Exclude"),
    Status.PERMITTED: _("Permitted"),
    Status.HELD: _("Held"),
    Status.ASK: _("Ask first"),
    Status.NOT_PERMITTED: _("Not permitted"),
    Guidance.MISSED: _("missed session"),
    Guidance.RESTART: _("after a gap"),
    Guidance.TOLERABILITY: _("poorly tolerated"),
    Guidance.REVIEW: _("review"),
    Guidance.MAINTENANCE: _("maintenance"),
    Guidance.STOPPING: _("stopping"),
    "esketamine": _("esketamine"),
    "arketamine": _("arketamine"),
    "ketamine": _("ketamine"),
    "noresketamine": _("noresketamine"),
    "norarketamine": _("norarketamine"),
    "norketamine": _("norketamine"),
}
