"""What is done about a case: plans, meetings, referrals, how it ended, and the reasons given on the way."""

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.text import Text

from console.cli.opened_case import Opened, Pairs, Row, corrected, record
from console.cli.screen import facts, table, words
from states.casebook.reading import Happening
from states.casebook.timers import DeadlineLine


def plans(opened: Opened) -> Iterator[RenderableType]:
    """The plans, newest last, each with its actions."""
    for row in opened.of("plans"):
        said = row["content"]
        approved = (
            f"by {row['approved_by']}, {opened.when(row['approved_at'])}" if row["approved_by"] else "not yet"
        )
        if row["standing"] in ("superseded", "ended") and row["approved_by"]:
            approved = f"no longer counts; was {approved}"
        pairs: Pairs = [
            ("Approved", approved),
            ("Summary", said["summary"]),
            *((words(topic).capitalize(), text) for topic, text in said["topics"].items()),
            ("Is for", ", ".join(target[:8] for target in row["targets"])),
        ]
        what = f"{words(row['kind']).capitalize()} plan: {row['standing']}"
        yield from record(opened, row, what, pairs)
        actions = opened.of("plan_actions", plan_id=row["id"])
        if actions:
            yield _due_list(opened, actions, "Action")
    for row in opened.of("reintegration_plans"):
        conditions: Pairs = [("Condition", text) for text in row["content"]["conditions"]]
        yield from record(opened, row, "Reintegration plan", conditions)
        yield _due_list(opened, opened.of("check_ins", plan_id=row["id"]), "Check-in")


def _due_list(opened: Opened, rows: Iterable[Row], what: str) -> RenderableType:
    return table(
        ("#  Id", what, "Owner", "#Due", "#Done"),
        (
            (
                Text(f"  {row['id'][:8]}", style="dim cyan"),
                row["content"]["what"],
                row["owner"],
                opened.when(row["due_at"]),
                "waived" if row.get("waived") else opened.when(row["done_at"]),
            )
            for row in rows
        ),
    )


#: what a meeting to which too few came is worth (U-04)
NO_QUORUM = "no: it does not count, and the clock of the meeting goes on"


def meetings(opened: Opened) -> Iterator[RenderableType]:
    """The meetings, with attendance and minutes."""
    for row in opened.of("meetings"):
        said = row["content"]
        pairs: Pairs = [
            ("Called for", opened.when(row["scheduled_at"])),
            ("Held", opened.when(row["held_at"]) or ("called off" if row["cancelled_at"] else "not yet")),
            ("Quorum", "" if row["held_at"] is None else "yes" if row["quorate"] else NO_QUORUM),
            ("Present", said.get("present")),
            ("Minutes", said.get("minutes")),
            *(("Suggestion", text) for text in said.get("suggestions", ())),
        ]
        yield from record(opened, row, f"{words(row['kind']).capitalize()} meeting", pairs)


def referrals(opened: Opened) -> Iterator[RenderableType]:
    """The referrals, and what offices made of them."""
    for row in opened.of("referrals"):
        yield from _referral(opened, row)


def _referral(opened: Opened, row: Row) -> Iterator[RenderableType]:
    office = opened.pack.office(row["office"]) if row["office"] in opened.pack.office_codes else None
    left = row["sent_at"] is not None
    conveyed = opened.when(row["conveyed_at"])
    pairs: Pairs = [
        ("To", office.name if office else row["office"]),
        ("Under", row["handbook"]),
        ("Conveyed to", f"{row['convey_to']}, {conveyed}" if row["convey_to"] else ""),
        ("Recommends", row["content"]["recommendation"]),
        ("Sent", opened.when(row["sent_at"]) + (f", by {words(row['way'])}" if left else "")),
        ("Declined at once" if left else "Held up", words(row["code"])),
        ("Acknowledged", opened.when(row["acknowledged_at"])),
        ("Decided", opened.when(row["decided_at"])),
        ("Ended", opened.when(row["closed_at"])),
        ("Outcome", words(row["outcome"])),
        *(("Answer", each["content"].get("text")) for each in opened.of("remarks", about=row["id"])),
    ]
    yield from record(opened, row, f"{words(row['kind']).capitalize()}: {row['status']}", pairs)


def referral_history(
    opened: Opened, referral: str, events: Iterable[Happening], waits: Iterable[DeadlineLine]
) -> Iterator[RenderableType]:
    """One referral, with what left, what is waited for, and what happened.

    Args:
        opened: the case.
        referral: the referral's id.
        events: what happened to it, oldest first.
        waits: the clocks that run for it.
    """
    (row,) = opened.of("referrals", id=referral)
    yield from _referral(opened, row)
    told = [
        (
            each["recipient"],
            words(each["basis"]),
            ", ".join(map(words, each["what"])),
            opened.when(each["at"]),
        )
        for each in opened.of("disclosures", about=referral)
    ]
    if told:
        yield table(("Told to", "On the basis of", "What", "#When"), told)
    clocks = [(words(clock.clock), opened.when(clock.due_at), words(clock.stage)) for clock in waits]
    if clocks:
        yield table(("Waits for", "#Due", "#Stage"), clocks)
    yield table(
        ("#When", "By", "What"), [(opened.when(each.at), each.actor, words(each.what)) for each in events]
    )


def dispositions(opened: Opened) -> Iterator[RenderableType]:
    """How the matter ended."""
    for row in opened.of("dispositions"):
        said = row["content"]
        pairs: Pairs = [
            ("Says", said["text"]),
            ("Threat of violence", words(said.get("threat"))),
            ("Risk of disruption", words(said.get("disruption"))),
            ("Reporter", "may be told" if row["tell_reporter"] else "is not told"),
            ("In these words", said.get("to_reporter")),
            ("Nobody follows up", said.get("no_follow_up_because")),
        ]
        yield from record(opened, row, "Disposition", pairs)
        for over in opened.of("hand_overs", disposition_id=row["id"]):
            passes = over["content"]
            word = f"{opened.when(over['confirmed_at'])}, by {over['confirmed_by']}"
            to = f"{passes['name']}, {opened.pack.office(over['office']).name}"
            whom: Pairs = [
                ("To", ", ".join(filter(None, (to, passes["address"], passes["phone"])))),
                ("What", passes["what"]),
                ("Taken over", word if over["confirmed_at"] else "NOT CONFIRMED YET"),
            ]
            yield from record(opened, over, "Follow-up", whom)
    for row in opened.of("calls"):
        said = row["content"]
        pairs = [
            ("May be told", said["say"]),
            ("Came of it", words(row["outcome"]) or "not called yet"),
            ("Called", f"{opened.when(row['called_at'])} {row['called_by']}".strip()),
        ]
        yield from record(opened, row, "Call to a reporter", pairs)


#: entries that stand in lists, so that their corrections stand by themselves
LISTED = {"plan_actions", "check_ins", "remarks", "concurrences", "target_steps"}


def corrections(opened: Opened) -> Iterator[RenderableType]:
    """What was corrected in lists; of every other entry it stands with the entry."""
    for row in opened.of("corrections"):
        if row["table"] in LISTED:
            yield Text(f"{words(row['table']).capitalize()} {row['about'][:8]}", style="bold")
            yield facts(corrected(opened, {"id": row["about"]}))


def reasons(opened: Opened) -> Iterator[RenderableType]:
    """The reasons that people gave for triggers and waivers."""
    # These stand beside what they are about.
    referred = {row["id"] for name in ("referrals", "subjects", "case_links") for row in opened.of(name)}
    rows = [
        (opened.when(row["at"]), row["by"], words(row["about"])[:40], row["content"].get("text"))
        for row in opened.of("remarks")
        if row["about"] not in referred and row["content"].get("text")
    ]
    if rows:
        yield table(("#When", "By", "About", "Because"), rows)
