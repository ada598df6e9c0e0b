"""What each command does. Rooms are imported where they are needed, so that a command starts fast."""

from __future__ import annotations

import argparse
import os

from ketaminder.cli.clock import today
from ketaminder.cli.files import each_its_own, print_json, read_text, write_whole
from ketaminder.terms import Case


def assess(options: argparse.Namespace) -> int:
    """`ketaminder assess`: the candidate assessment of one case, for one product."""
    from ketaminder import evidence, rules
    from ketaminder.cli import documents, screen

    case = _read(options)
    assessment = rules.assess(case, evidence.load())
    if options.json:
        print_json(documents.assessment_document(case, assessment))
    else:
        screen.show_assessment(case, assessment, everything=options.all)
    return 0


def plan(options: argparse.Namespace) -> int:
    """`ketaminder plan`: the assessment, the protocols that remain, and the curves of each."""
    from ketaminder import evidence
    from ketaminder.cli import documents, screen
    from ketaminder.plan import compare

    each_its_own(options.file, html=options.html)
    comparison = compare(_read(options), evidence.load())
    if options.html is not None:
        from ketaminder.clinic.pages.candidate import person_page
        from ketaminder.clinic.pages.shell import Shell

        shell = Shell(demo=comparison.case.synthetic, standalone=True)
        write_whole("--html", options.html, person_page(comparison, shell))
    if options.json:
        print_json(documents.plan_document(comparison))
    else:
        screen.show_plan(comparison, everything=options.all)
    return 0


def demo(options: argparse.Namespace) -> int:
    """`ketaminder demo`: the demonstration clinic, served on this machine or written as static pages."""
    from ketaminder.clinic import demo as demonstration

    on = options.on or today()
    if options.once:
        demonstration.once(options.once, on)
    else:
        demonstration.serve(options.port, on=on)
    return 0


def migrate_clinic(options: argparse.Namespace) -> int:
    """`ketaminder clinic migrate`: the tables of this version."""
    from ketaminder.cli import clinic

    return clinic.migrate(options)


def clinic_key(options: argparse.Namespace) -> int:
    """Make the key of an encrypted database file."""
    from ketaminder.cli import clinic

    return clinic.key(options)


def clinic_grants(options: argparse.Namespace) -> int:
    """`ketaminder clinic grants`: the SQL that narrows the server's role."""
    from ketaminder.cli import clinic

    return clinic.grants(options)


def create_clinic(options: argparse.Namespace) -> int:
    """`ketaminder clinic create`: a clinic and its first administrator."""
    from ketaminder.cli import clinic

    return clinic.create(options)


def link_clinic(options: argparse.Namespace) -> int:
    """`ketaminder clinic link`: a way back in for an administrator."""
    from ketaminder.cli import clinic

    return clinic.link(options)


def encrypt_again(options: argparse.Namespace) -> int:
    """`ketaminder clinic encrypt-again`: second factors under the signing key in use."""
    from ketaminder.cli import clinic

    return clinic.encrypt_again(options)


def serve_clinic(options: argparse.Namespace) -> int:
    """`ketaminder clinic serve`: the server."""
    from ketaminder.cli import clinic

    return clinic.serve(options)


def audit_key(options: argparse.Namespace) -> int:
    """`ketaminder audit key`: the key that signs heads."""
    from ketaminder.cli import audit

    return audit.key(options)


def seal_audit(options: argparse.Namespace) -> int:
    """`ketaminder audit seal`: the head of the chain, signed, outside the database."""
    from ketaminder.cli import audit

    return audit.seal(options)


def verify_audit(options: argparse.Namespace) -> int:
    """`ketaminder audit verify`: whether the trail is whole."""
    from ketaminder.cli import audit

    return audit.verify(options)


def backup_key(options: argparse.Namespace) -> int:
    """`ketaminder backup-key`: the key that opens backups."""
    from ketaminder.cli import keeping

    return keeping.backup_key(options)


def backup(options: argparse.Namespace) -> int:
    """`ketaminder backup`: everything the clinic holds, encrypted."""
    from ketaminder.cli import keeping

    return keeping.backup(options)


def restore(options: argparse.Namespace) -> int:
    """`ketaminder restore`: a backup put back."""
    from ketaminder.cli import keeping

    return keeping.restore(options)


def erase(options: argparse.Namespace) -> int:
    """`ketaminder erase`: one chart, by law."""
    from ketaminder.cli import keeping

    return keeping.erase(options)


def export(options: argparse.Namespace) -> int:
    """`ketaminder export`: everything, in open formats."""
    from ketaminder.cli import keeping

    return keeping.export(options)


def retention(options: argparse.Namespace) -> int:
    """`ketaminder retention`: which charts are older than is kept."""
    from ketaminder.cli import keeping

    return keeping.retention(options)


def evidence(options: argparse.Namespace) -> int:
    """`ketaminder evidence`: the cited criteria, to read and to review."""
    from ketaminder.cli import evidence as views

    return views.evidence(options)


def batch(options: argparse.Namespace) -> int:
    """`ketaminder batch`: many records assessed and counted."""
    from ketaminder.cli.batch import batch as assess_all

    return assess_all(options)


def changes(options: argparse.Namespace) -> int:
    """`ketaminder evidence changes`: the records whose result depends on the version of the evidence."""
    from ketaminder.cli.batch import changes as compare_evidence

    return compare_evidence(options)


def protocols(options: argparse.Namespace) -> int:
    """`ketaminder protocols`: the published schedules."""
    from ketaminder.cli.protocols import protocols as views

    return views(options)


def dose(options: argparse.Namespace) -> int:
    """`ketaminder dose`: a dose that a protocol permits, with its arithmetic."""
    from ketaminder.cli.dose import dose as compute

    return compute(options)


def score(options: argparse.Namespace) -> int:
    """`ketaminder score`: one answer sheet of one rating scale."""
    from ketaminder.cli import score as scoring

    return scoring.score(options)


def simulate(options: argparse.Namespace) -> int:
    """`ketaminder simulate`: a dose followed through every model that claims it."""
    from ketaminder.cli.simulate import simulate as follow

    return follow(options)


def models(options: argparse.Namespace) -> int:
    """`ketaminder models`: the published models."""
    from ketaminder.cli.models import models as views

    return views(options)


def predict_trial(options: argparse.Namespace) -> int:
    """`ketaminder trial predict`: what a trial would measure."""
    from ketaminder.cli import trial

    return trial.predict(options)


def calibrate(options: argparse.Namespace) -> int:
    """`ketaminder calibrate`: fit the chain to the published trials again.

    Its matrices are small: threads of the linear algebra only wait for each other, and workers are processes.
    """
    for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(library, "1")
    from ketaminder.cli import trial

    return trial.calibrate(options)


def _read(options: argparse.Namespace) -> Case:
    from ketaminder import intake

    return intake.read(
        read_text(options.file),
        on=options.on or today(),
        region=options.region,
        product=options.product,
        phase=options.phase,
    )


def run_trial(options: argparse.Namespace) -> int:
    """`ketaminder trial run`: a trial on virtual patients, many times."""
    from ketaminder.cli import virtual

    return virtual.run_trial(options)


def design_trial(options: argparse.Namespace) -> int:
    """`ketaminder trial design`: power at several sizes, and rival explanations told apart."""
    from ketaminder.cli import virtual

    return virtual.power(options)


def list_designs(options: argparse.Namespace) -> int:
    """`ketaminder trial designs`: the designs that ship."""
    from ketaminder.cli import virtual

    return virtual.designs(options)


def reproduce_trials(options: argparse.Namespace) -> int:
    """`ketaminder trial reproduce`: the page and figures of the docs again."""
    from ketaminder.cli import virtual_docs

    return virtual_docs.reproduce(options)
