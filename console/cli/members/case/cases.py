"""`tat case list|show|act|can|timeline`: where cases stand, and how they go on."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import COUNTED, As, AsJson, IfVersion, Limit, Number, Reason, cut
from console.cli.terminal.session import acting, zone_of
from console.shown.explainer import as_data, explained
from console.shown.happenings import codes_of
from console.shown.hits import NOBODY, hits_shown
from console.shown.parts import pairs, table, when
from console.shown.phoning import phone_now, shown_first
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from states.casebook.reading.overview import CaseLine
    from states.policy.pack import Pack

cases = typer.Typer(no_args_is_help=True, help="Cases: where they stand, and how they go on.")


#: only the cases in one state, of one site, at one level
InState = Annotated[
    CaseState | None, typer.Option("--state", case_sensitive=False, help="Only those in this state.")
]
OfSite = Annotated[
    str, typer.Option("--site", show_default=False, help="Only those of this site, by its code.")
]
OfLevel = Annotated[
    Level | None,
    typer.Option("--level", case_sensitive=False, help="Only those at this level, provisional ones too."),
]


@cases.command("list")
def list_cases(
    *,
    state: InState = None,
    site: OfSite = "",
    level: OfLevel = None,
    mine: Annotated[
        bool, typer.Option("--mine", help="Only those that you lead, or are on by name.")
    ] = False,
    limit: Limit = 50,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """List the cases you may see, newest change first."""
    from states.casebook.narrowing import Narrowed
    from states.casebook.reading import overview

    with acting(member) as (book, by):
        if site:
            book.pack.site(site)
        narrowed = Narrowed(state, site, level, by.id if mine else "")
        every = overview.cases(book, by=by, narrowed=narrowed, limit=limit + COUNTED)
        lines, more = cut(every, limit)
        rows = [_row(book.pack, line) for line in lines]
    columns = ("#Number", "#State", "Level", "Lead", "Site", "#Changed")
    shown = table(columns, rows) if rows else "There is no case that you may see."
    answer(lines, shown, *more, as_json=as_json)


@cases.command()
def search(
    wanted: Annotated[
        str,
        typer.Argument(metavar="WORDS", help="A case's number, a name, an identifier or a place, in quotes."),
    ],
    *,
    state: InState = None,
    site: OfSite = "",
    level: OfLevel = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Find cases by whatever you know; that you read it goes on record in each whose person is shown."""
    from states.casebook.narrowing import Narrowed
    from states.casebook.persons import searching

    with acting(member) as (book, by):
        if site:
            book.pack.site(site)
        hits = searching.search(book, wanted, by=by, narrowed=Narrowed(state, site, level))
    answer(hits, hits_shown(hits) if hits else NOBODY, as_json=as_json)


def _row(pack: "Pack", line: "CaseLine") -> tuple[object, ...]:
    provisional = f"{line.provisional_level}?" if line.provisional_level else None
    changed = when(line.changed_at, zone_of(pack, line.site))
    return line.number, line.state, line.level or provisional, line.lead, line.site, changed


@cases.command()
def show(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Open a whole case; that you read it goes on record."""
    from console.shown.case.opened import Opened
    from console.shown.case.page import page
    from states.casebook.effects import listing
    from states.casebook.reading import whole_case
    from states.casebook.rounds import sweeping
    from states.casebook.triggers import acting as triggers

    with acting(member) as (book, by):
        dossier = whole_case.dossier(book, number, by=by)
        opened = Opened(
            dossier=dossier,
            clocks=sweeping.running(book, by=by, number=number),
            effects=listing.effects(book, by=by, number=number),
            possible=triggers.can(book, number, by=by, on_record=True),
            pack=book.pack,
            zone=zone_of(book.pack, dossier["case"]["site"]),
        )
    data = dossier | {
        "clocks": opened.clocks,
        "effects": opened.effects,
        "possible": [as_data(each) for each in opened.possible],
    }
    answer(data, *page(opened), as_json=as_json)


@cases.command()
def act(
    number: Number,
    trigger: Annotated[str, typer.Argument(metavar="TRIGGER", help="What to do; see `tat case can NUMBER`.")],
    *,
    reason: Reason = "",
    without_reintegration: Annotated[
        str,
        typer.Option("--without-reintegration", show_default=False, help="Why no reintegration is needed."),
    ] = "",
    if_version: IfVersion = None,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Move a case on; refused, it says everything that is missing."""
    from console.shown.case.measures.carried import leaves_of
    from states.casebook.intake.begun import raise_alarm
    from states.casebook.triggers.acting import act as fire

    reasons = {"reason": reason, "without_reintegration": without_reintegration}
    given = {what: text for what, text in reasons.items() if text.strip()}
    with acting(member) as (book, by):
        if trigger == "raise_alarm":
            raised = raise_alarm(book, number, by=by, given=given)
            if raised.decision is None:
                told = phone_now(book, *raised.sites)
                shown = {"number": number, "trigger": trigger, **told}
                answer(shown, *shown_first(told), f"{number}: the alarm is out.", as_json=as_json)
                return
            decision = raised.decision
        else:
            decision = fire(book, number, trigger, by=by, expected=if_version, given=given)
        # Whoever raises an alarm is told whom to phone, whatever becomes of messages.
        alarmed = EffectKind.ALERT_POLICE in decision.effects
        told = phone_now(book, *decision.file.case.sites) if alarmed else {}
        leaves = leaves_of(book, number, by=by) if trigger == "activate_plan" else None
    started = (*decision.starts, *decision.hastens)
    moved = f" {decision.source} -> {decision.target}." if decision.source != decision.target else ""
    answer(
        {
            "number": number,
            "trigger": decision.trigger,
            "source": decision.source,
            "target": decision.target,
            "effects": decision.effects,
            "starts": decision.starts,
            "hastens": decision.hastens,
            "stops": decision.stops,
            **told,
            **(asdict(leaves) if leaves else {}),
        },
        *shown_first(told),
        f"{number}: {decision.trigger} is done.{moved}",
        *(leaves.sentences if leaves else ()),
        pairs(
            (
                ("Now owed", ", ".join(words(kind) for kind in decision.effects)),
                ("Clocks started", ", ".join(words(clock) for clock in started)),
            )
        ),
        as_json=as_json,
    )


@cases.command()
def can(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Explain what may happen next: every trigger, what blocks it, and who can clear that."""
    from states.casebook.triggers.acting import can as explain

    with acting(member) as (book, by):
        answers = explain(book, number, by=by)
    answer([as_data(each) for each in answers], *explained(answers), as_json=as_json)


@cases.command()
def timeline(number: Number, *, member: As = "", as_json: AsJson = False) -> None:
    """Tell what happened to a case, from its ledger."""
    from states.casebook.reading import timeline

    with acting(member) as (book, by):
        happened = timeline.timeline(book, number, by=by)
        zone = zone_of(book.pack)
    rows = [(e.seq, when(e.at, zone), e.actor, words(e.what), codes_of(e.data)) for e in happened]
    answer(happened, table(("#", "#When", "Who", "What", "Codes"), rows), as_json=as_json)
