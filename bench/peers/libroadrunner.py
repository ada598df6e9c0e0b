"""libRoadRunner: CVODE on a model in SBML compiled by LLVM, one person after another, events by the simulator.

C Welsh et al, Bioinformatics 2023;39(1):btac770.
"""

from __future__ import annotations

import itertools
import os

import numpy as np
import roadrunner

from bench.problem import CONSTANTS, NAMES, STATES, Array, sessions

roadrunner.Logger.setLevel(roadrunner.Logger.LOG_CRITICAL)
os.environ["SUNLOGGER_WARNING_FILENAME"] = os.devnull
"""CVODE warns of each step of no length as it starts at a dose; a run of the benchmark has 58,000 of them."""
STATE_NAMES = ("nasal", "swallowed", "central", "periph1", "periph2", "liver", "met", "metperiph", "G", "P", "S")
EQUATIONS = (
    "-ka_n*nasal",
    "release-ka_sw*swallowed",
    "ka_n*nasal+Q1*(periph1/Vp-central/Vc)+Q2*(periph2/Vp2-central/Vc)+Qh*(liver/Vh-central/Vc)",
    "Q1*(central/Vc-periph1/Vp)",
    "Q2*(central/Vc-periph2/Vp2)",
    "ka_sw*swallowed+Qh*(central/Vc-liver/Vh)-(kel+kmet)*liver",
    "kmet*liver-CLn*met/Vcn+Q3*(metperiph/Vpn-met/Vcn)",
    "Q3*(met/Vcn-metperiph/Vpn)",
    "KOUT*(1+Sg*(1000*central/Vc)/(Ki+1000*central/Vc))-KOUT*G",
    "KP*(G-1)-kloss*P",
    "KS*Smax*P/(P50+P)-KF*S",
)


def _sbml() -> str:
    import libsbml

    document = libsbml.SBMLDocument(3, 2)
    model = document.createModel()
    values = {**dict.fromkeys(NAMES, 1.0), **CONSTANTS, "release": 0.0, **dict.fromkeys(STATE_NAMES, 0.0), "G": 1.0}
    for name, value in values.items():
        one = model.createParameter()
        one.setId(name)
        one.setValue(value)
        one.setConstant(False)
    for name, equation in zip(STATE_NAMES, EQUATIONS, strict=True):
        rule = model.createRateRule()
        rule.setVariable(name)
        rule.setMath(libsbml.parseL3Formula(equation))
    return str(libsbml.writeSBMLToString(document))


def march(people: Array, times_h: Array, tolerance: float) -> Array:
    """(people, times, 11)."""
    runner = roadrunner.RoadRunner(_sbml())
    runner.integrator.relative_tolerance = tolerance
    runner.integrator.absolute_tolerance = tolerance * 1e-2
    runner.integrator.maximum_num_steps = 1_000_000
    runner.timeCourseSelections = list(STATE_NAMES)
    start, at_once, swallowed = sessions(people)
    return np.stack([_one(runner, p, start, at_once[n], swallowed[n], times_h) for n, p in enumerate(people)])


def _one(
    runner: roadrunner.RoadRunner, p: Array, start: Array, at_once: Array, swallowed: Array, times_h: Array
) -> Array:
    runner.resetAll()
    for name, value in zip(NAMES, p, strict=True):
        runner[name] = float(value)
    stops = np.unique(np.concatenate([start, start + CONSTANTS["DSW"], times_h[-1:]]))
    out = np.empty((times_h.size, STATES))
    for begin, end in itertools.pairwise(stops):
        session = np.flatnonzero(start == begin)
        runner["release"] = float(swallowed[session].sum() / CONSTANTS["DSW"])
        runner["nasal"] = float(runner["nasal"] + at_once[session].sum())
        asked = times_h[(times_h > begin) & (times_h <= end)]
        found = np.asarray(runner.simulate(times=np.unique(np.concatenate([[begin], asked, [end]])).tolist()))
        out[np.searchsorted(times_h, asked)] = found[1 : 1 + asked.size]
    return out
