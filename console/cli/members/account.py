"""`tat account`: who comes into the console."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.terminal.answering import Whole, answer
from console.cli.terminal.options import As, AsJson
from console.cli.terminal.session import acting, casebook, from_here, settings, zone_of
from console.shown.parts import Moment, table, when

if TYPE_CHECKING:
    from states.casebook import Casebook

MemberId = Annotated[str, typer.Argument(metavar="MEMBER_ID", help="The member; see `tat team list`.")]

accounts = typer.Typer(no_args_is_help=True, help="Accounts: who comes into the console.")


@accounts.command("link")
def give_link(
    id_: MemberId,
    *,
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Give a link by which a member sets up password and second factor; also after a phone is lost.

    The first of all needs no --as. Hand it over only to whom it is for: it works once, for three days.
    """
    from states.access import SYSTEM, Origin
    from states.casebook.accounts import making
    from states.casebook.team.members import actor, members

    with casebook() as book:
        by = from_here(actor(book, member)) if member and members(book, by=SYSTEM) else None
        _shown_once(book, id_, making.link(book, id_, by=by, origin=Origin.shell()), as_json=as_json)


@accounts.command("reset")
def reset(id_: MemberId, *, member: As = "", as_json: AsJson = False) -> None:
    """Let nothing sign a member in any more that did so far, as a phone was stolen; gives a new link."""
    from states.casebook.accounts import making

    with acting(member) as (book, by):
        _shown_once(book, id_, making.reset(book, id_, by=by), as_json=as_json)


def _shown_once(book: "Casebook", id_: str, secret: str, *, as_json: bool) -> None:
    from states.casebook.accounts import making
    from tasks.drafts.link_paths import SETTING_UP

    until = book.clock() + making.LINK_LIFE
    address = f"{settings().base_url.rstrip('/')}{SETTING_UP}/{secret}"
    ends = Moment(until, zone_of(book.pack)).reads
    said = f"{id_} sets their account up here, once, until {ends}:"
    answer({"member": id_, "link": address, "until": until}, said, Whole(address), as_json=as_json)


@accounts.command("reached")
def show_or_change_ways(
    *,
    address: Annotated[str, typer.Option("--address", help="Your mailbox, or a channel's URL.")] = "",
    phone: Annotated[str, typer.Option("--phone", help="Where you are phoned.")] = "",
    text: Annotated[str, typer.Option("--text", help="A channel's URL for alarms, which is not mail.")] = "",
    member: As = "",
    as_json: AsJson = False,
) -> None:
    """Show how you are reached, or say how from now on; what is not given stays as it is."""
    from notifications.channels.addresses import mail_address
    from states.casebook.team import reaching

    for given in filter(None, (address, text)):
        mail_address(given)
    with acting(member) as (book, by):
        if address or phone or text:
            reaching.change(book, by=by, address=address, phone=phone, text=text)
        mine = reaching.mine(book, by=by)
    rows = [("Mailbox", mine.address), ("Phone", mine.phone or "-"), ("Alarms besides", mine.text or "-")]
    answer(mine, table(("By", "#Where"), rows), as_json=as_json)


@accounts.command("check")
def check_provider(*, as_json: AsJson = False) -> None:
    """Say whether the institution's own sign-in is set up, and answers as it should."""
    import asyncio

    from states.errors import NotReady, StepFailed
    from tasks.provider.asking import Provider
    from tasks.provider.table import load_provider

    file = settings().sign_in_file
    with casebook() as book:
        provider = Provider(load_provider(file, book.pack.office_codes))
    if not provider.is_there:
        said = f"There is no {file.name}: people sign in with accounts of their own."
        answer({"provider": "", "answers": False}, said, as_json=as_json)
        return
    code = ""
    try:
        asyncio.run(provider.check())
    except StepFailed as failed:
        code = failed.code
    if code:
        message = (
            f"{file.name}: the institution's sign-in cannot be used ({code}; docs/operators.md says what "
            "that is). Accounts of our own work as ever."
        )
        raise NotReady(message)
    said = f"{provider.table.issuer} answers, and says what it should."
    answer({"provider": provider.table.issuer, "answers": True}, said, as_json=as_json)


@accounts.command("list")
def list_accounts(*, member: As = "", as_json: AsJson = False) -> None:
    """List the accounts, and how many sessions of each are open."""
    from states.casebook.accounts import making

    with acting(member) as (book, by):
        lines, zone = making.accounts(book, by=by), zone_of(book.pack)
    rows = [
        (
            line.member,
            "set up" if line.is_set_up else "not set up yet",
            when(line.link_until, zone),
            when(line.locked_until, zone),
            line.sessions,
        )
        for line in lines
    ]
    shown = table(("#Member", "Account", "#Link until", "#Rests until", "Sessions"), rows)
    answer(
        lines, shown if rows else "There is no account yet: `tat account link MEMBER_ID`.", as_json=as_json
    )
