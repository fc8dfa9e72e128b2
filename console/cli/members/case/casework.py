"""`tat case screen|assign|concur|…`: what members put on a case's record."""

from typing import Annotated, Any

import typer

from console.cli.members.case.cases import cases
from console.cli.terminal.answering import answer
from console.cli.terminal.files import example, read_content
from console.cli.terminal.options import As, AsJson, File, IfVersion, Number, Reason, source_kind
from console.cli.terminal.session import acting, found
from console.shown.phoning import phone_if_grave, shown_first
from states.vocabulary.cases import Level
from states.vocabulary.counts import counted
from states.vocabulary.sources import LegalBasis, SourceKind


@cases.command()
def screen(
    number: Number,
    level: Annotated[Level, typer.Option("--level", case_sensitive=False, help="The provisional level.")],
    reason: Reason,
    *,
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Screen a report: a provisional level, and why."""
    from states.casebook.inquiry import triage
    from states.casebook.reading import whole_case

    with acting(member) as (book, by):
        made = triage.screen(book, number, by=by, level=level, because=reason, expected=if_version)
        stands = whole_case.dossier(book, number, by=by)["case"]["provisional_level"]
        told = phone_if_grave(book, number, level, by=by)
    said = f"{number}: screened {level} ({made[:8]})."
    if stands != level:
        said += (
            f" {stands}, which is on record, stands until the team agrees to less; "
            f"for a second member: tat case concur {number} {made[:8]}"
        )
    data = {"number": number, "screening": made, "level": level, "stands": stands, **told}
    answer(data, *shown_first(told), said, as_json=as_json)


@cases.command()
def assign(
    number: Number,
    lead: Annotated[str, typer.Option("--lead", metavar="MEMBER_ID", help="The member who leads.")],
    office: Annotated[
        list[str], typer.Option("--office", metavar="CODE", help="An office concerned; give one or more.")
    ],
    *,
    also: Annotated[
        list[str] | None, typer.Option("--member", metavar="MEMBER_ID", help="A further member, by name.")
    ] = None,
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Assign a lead, offices, and further members; it takes the place of what was assigned before."""
    from states.casebook.inquiry import triage

    with acting(member) as (book, by):
        triage.assign(book, number, by=by, lead=lead, offices=office, members=also or (), expected=if_version)
    data = {
        "number": number,
        "lead": lead,
        "offices": sorted(set(office)),
        "members": sorted(set(also or ())),
    }
    answer(data, f"{number}: assigned to {lead}, with {', '.join(data['offices'])}.", as_json=as_json)


@cases.command()
def concur(
    number: Number,
    about: Annotated[
        str,
        typer.Argument(
            metavar="RECORD_ID", help="The screening or assessment, or a report that is deliberately false."
        ),
    ],
    *,
    comment: Annotated[str, typer.Option("--comment", show_default=False, help="Anything to add.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Agree, as a second member, with a screening or an assessment."""
    from states.casebook.inquiry import assessing

    with acting(member) as (book, by):
        record = record_id(book, number, about, by, "screenings", "assessments", "reports")
        assessing.concur(book, number, by=by, about=record, comment=comment)
    answer({"number": number, "about": record}, f"{number}: you concur with {record[:8]}.", as_json=as_json)


@cases.command()
def confirm(
    number: Number,
    assessment: Annotated[str, typer.Argument(metavar="ASSESSMENT_ID", help="The assessment.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Confirm that you took part in an assessment, as it was filed; nobody else can."""
    from states.casebook.inquiry import assessing
    from states.casebook.reading import overview

    with acting(member) as (book, by):
        record = found(overview.assessments_naming(book, number, by=by), assessment.strip().lower())
        assessing.confirm(book, number, record, by=by)
    said = f"{number}: you confirm that you took part in {record[:8]}."
    answer({"number": number, "assessment": record}, said, as_json=as_json)


@cases.command()
def rate(
    number: Number,
    file: File,
    *,
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("rating")] = False,
) -> None:
    """Say alone what you think, before others' ratings are shown to you."""
    from states.casebook.inquiry import rating
    from states.contents.inquiry import RatingContent

    with acting(member) as (book, by):
        content = read_content(RatingContent, file, book)
        made = rating.rate(book, number, content, by=by, expected=if_version)
    said = f"{number}: rated ({made[:8]}); `tat case show {number}` shows what others rated."
    answer({"number": number, "rating": made}, said, as_json=as_json)


def record_id(book: Any, number: str, start: str, by: Any, *tables: str) -> str:
    """The whole id of a case's record, of which somebody gave at least the first characters.

    Args:
        book: the casebook.
        number: the case.
        start: what was given.
        by: who asks.
        tables: where it may be.

    Raises:
        BadInput: no record's id begins like that, or several do.
    """
    from states.casebook.reading import overview

    start = start.strip().lower()
    return found(overview.ids(book, number, start, by=by, tables=tables) if start else [], start)


@cases.command()
def note(
    number: Number,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("note")] = False,
) -> None:
    """Record an interview, an inquiry or an observation."""
    from states.casebook.inquiry import triage
    from states.contents.inquiry import NoteContent

    with acting(member) as (book, by):
        made = triage.note(book, number, read_content(NoteContent, file, book), by=by)
    answer({"number": number, "note": made}, f"{number}: noted ({made[:8]}).", as_json=as_json)


@cases.command()
def unit(
    number: Number,
    code: Annotated[str, typer.Argument(metavar="UNIT", help="Its code; see `tat policy show`.")],
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Say which unit the person belongs to: its vice president hears of recommendations."""
    from states.casebook.persons import units

    with acting(member) as (book, by):
        units.name(book, number, code, by=by)
        said = f"{number}: belongs to {book.pack.unit(code).name}."
    answer({"number": number, "unit": code}, said, as_json=as_json)


@cases.command("waive-follow-up")
def waive_follow_up(
    number: Number,
    report: Annotated[str, typer.Argument(metavar="REPORT_ID", help="The verbal report.")],
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Waive the written follow-up of a verbal report."""
    from states.casebook.intake import reports

    with acting(member) as (book, by):
        record = record_id(book, number, report, by, "reports")
        reports.waive_follow_up(book, number, record, by=by, because=reason)
    answer({"number": number, "report": record}, f"{number}: the follow-up is waived.", as_json=as_json)


@cases.command("ask")
def ask_source(
    number: Number,
    kind: Annotated[
        SourceKind, typer.Argument(metavar="KIND", parser=source_kind, help="The kind of source.")
    ],
    because: Annotated[str, typer.Option("--because", help="Why; kept, sealed.", show_default=False)],
    *,
    basis: Annotated[
        LegalBasis | None,
        typer.Option("--basis", show_default=False, help="What permits it; else what the policy names."),
    ] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="It goes before others.")] = False,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Ask a kind of source about a case, saying why; what comes back is put on its record."""
    from states.casebook.lookups import asking

    with acting(member) as (book, by):
        query = asking.request_lookup(book, number, kind, by=by, because=because, basis=basis, urgent=urgent)
        called = book.pack.called(kind)
    said = f"{number}: {called} will be asked ({query[:8]})."
    data = {"number": number, "query": query, "kind": kind, "basis": basis, "urgent": urgent}
    answer(data, said, as_json=as_json)


@cases.command("waive-source")
def waive_source(
    number: Number,
    kind: Annotated[
        SourceKind, typer.Argument(metavar="KIND", parser=source_kind, help="The kind of source.")
    ],
    reason: Reason,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Go on without the answer of a source."""
    from states.casebook.lookups import asking

    with acting(member) as (book, by):
        asking.waive_source(book, number, kind, by=by, because=reason)
        called = book.pack.called(kind)
    said = f"{number}: goes on without {called}."
    answer({"number": number, "waived": kind}, said, as_json=as_json)


@cases.command("ask-again")
def ask_again(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Ask every source again that was unavailable or has not answered."""
    from states.casebook.lookups import asking

    with acting(member) as (book, by):
        count = asking.ask_again(book, number, by=by)
    answer(
        {"number": number, "asked": count},
        f"{number}: {counted(count, 'source')} asked again.",
        as_json=as_json,
    )


@cases.command("disposition")
def write_disposition(
    number: Number,
    file: File,
    *,
    member: As = "",
    as_json: AsJson = False,
    _example: Annotated[bool, example("disposition")] = False,
) -> None:
    """Write how the matter ended, and whether the reporter may be told."""
    from states.casebook.closing import disposition
    from states.contents.closing import DispositionContent

    with acting(member) as (book, by):
        made = disposition.write_disposition(
            book, number, read_content(DispositionContent, file, book), by=by
        )
    said = f"{number}: the disposition is written ({made[:8]})."
    answer({"number": number, "disposition": made}, said, as_json=as_json)


@cases.command("confirm-hand-over")
def confirm_hand_over(
    number: Number,
    hand_over: Annotated[str, typer.Argument(metavar="HAND_OVER_ID", help="See `tat case show`.")],
    *,
    note: Annotated[str, typer.Option("--note", show_default=False, help="How they said so.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Put on record that somebody told you that they took follow-up over."""
    from states.casebook.closing import disposition

    with acting(member) as (book, by):
        record = record_id(book, number, hand_over, by, "hand_overs")
        disposition.confirm_hand_over(book, number, record, by=by, note=note)
    said = f"{number}: it is on record that follow-up is taken over."
    answer({"number": number, "hand_over": record}, said, as_json=as_json)
