"""`tat disclosure …`: what leaves a case, through the gate, and what left about a person."""

import os
from pathlib import Path
from typing import Annotated

import typer

from console.cli.members.case.casework import record_id
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, new_file, read_content
from console.cli.terminal.options import As, AsJson, File, Number, Reason
from console.cli.terminal.session import acting, zone_of
from console.shown.disclosed import NOTHING, disclosed, who_asked
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.sources import LegalBasis

disclosures = typer.Typer(no_args_is_help=True, help="What leaves a case, and on which basis.")

To = Annotated[RecipientKind, typer.Option("--to", case_sensitive=False, help="What kind of recipient.")]
Recipient = Annotated[
    str, typer.Option("--recipient", metavar="CODE", help="A code for the recipient; never a person's name.")
]
Basis = Annotated[LegalBasis, typer.Option("--basis", case_sensitive=False, help="What permits it.")]
Through = Annotated[
    str, typer.Option("--through", metavar="OFFICE", help="Your office, where only one may release it.")
]

AskedBy = Annotated[
    str,
    typer.Option(
        "--asked-by",
        show_default=False,
        help="Who asked, in words; needed of parents, media and others.",
    ),
]


@disclosures.command("list")
def list_disclosures(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """List what was told of a person, and what was refused, in whichever case (34 CFR 99.32)."""
    from states.casebook.disclosing import disclosures

    with acting(member) as (book, by):
        lines = disclosures.of_person(book, number, by=by)
        zone = zone_of(book.pack)
    part = disclosed(lines, zone) if lines else NOTHING
    answer(lines, part, *who_asked(lines, zone), as_json=as_json)


@disclosures.command("tell")
def tell(
    number: Number,
    reason: Reason,
    *,
    to: To,
    recipient: Recipient,
    what: Annotated[list[Disclosed], typer.Option("--what", case_sensitive=False, help="Repeat for more.")],
    basis: Basis,
    purpose: Annotated[Purpose, typer.Option("--for", case_sensitive=False)] = Purpose.NOTICE,
    asked_by: AskedBy = "",
    through: Through = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Ask the gate, and put on record, before you tell somebody something; a refusal is on record, too."""
    from states.casebook.disclosing import disclosures
    from states.contents.leaving import as_code
    from states.gate import Outgoing

    with acting(member) as (book, by):
        outgoing = Outgoing(to, as_code(recipient), purpose, basis, frozenset(what), through)
        disclosures.tell(book, number, outgoing, by=by, because=reason, asked_by=asked_by)
    said = f"{number}: you may tell it, and it is on record."
    answer({"number": number, "recipient": recipient}, said, as_json=as_json)


@disclosures.command("consent")
def consent(
    number: Number,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("consent")] = False,
) -> None:
    """Put a consent on record: who gave it, when, for what and to whom; what waited for it leaves."""
    from states.casebook.disclosing import consents
    from states.contents.leaving import ConsentContent

    with acting(member) as (book, by):
        made = consents.record(book, number, read_content(ConsentContent, file, book), by=by)
    said = f"{number}: the consent is on record ({made[:8]})."
    answer({"number": number, "consent": made}, said, as_json=as_json)


@disclosures.command("revoke-consent")
def revoke_consent(
    number: Number,
    consent: Annotated[str, typer.Argument(metavar="CONSENT_ID", help="See `tat case show`.")],
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put on record that a consent was taken back; nothing leaves on it any more."""
    from states.casebook.disclosing import consents

    with acting(member) as (book, by):
        record = record_id(book, number, consent, by, "consents")
        consents.revoke(book, number, record, by=by, because=reason)
    answer({"number": number, "consent": record}, f"{number}: the consent is over.", as_json=as_json)


@disclosures.command("determine-emergency")
def determine(
    number: Number,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("determination")] = False,
) -> None:
    """Determine a health or safety emergency, as a named official, with its four considerations (W-35)."""
    from states.casebook.disclosing import disclosures
    from states.contents.leaving import DeterminationContent

    with acting(member) as (book, by):
        content = read_content(DeterminationContent, file, book)
        made = disclosures.determine(book, number, content, by=by)
    said = f"{number}: the emergency is determined ({made[:8]})."
    answer({"number": number, "determination": made}, said, as_json=as_json)


@disclosures.command("export")
def export(
    number: Number,
    reason: Reason,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it is written; must not exist yet.")],
    *,
    to: To,
    recipient: Recipient,
    basis: Basis,
    asked_by: AskedBy = "",
    through: Through = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Write a whole case file out as a ZIP with its files, for a court or the police, through the gate."""
    from states.casebook.record import exporting
    from states.contents.leaving import as_code
    from states.gate import Outgoing

    with acting(member) as (book, by):
        what = frozenset({Disclosed.CASE_FILE})
        outgoing = Outgoing(to, as_code(recipient), Purpose.EXPORT, basis, what, through)
        descriptor = new_file(file)
        try:
            left = exporting.export(book, number, outgoing, by=by, because=reason, asked_by=asked_by)
        except BaseException:
            os.close(descriptor)
            file.unlink()
            raise
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(left.archive())
    said = f"{number}: the case file is written, readable by you alone. That it left is on record."
    answer({"number": number, "recipient": recipient}, said, as_json=as_json)
