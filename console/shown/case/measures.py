"""What is done about a case: plans, meetings, referrals, how it ended, and the reasons given on the way."""

from collections.abc import Iterable, Iterator

from console.shown.case.carried import (
    goes_on_from,
    how_far,
    is_open,
    left_to_go_on,
    newest,
    office_of,
    told_left_out,
)
from console.shown.case.opened import Opened, Row, Says, beside, corrected, record
from console.shown.parts import Part, Text, Tone, code, codes, pairs, phrase, table
from states.casebook.reading.timeline import Happening
from states.casebook.rounds.sweeping import DeadlineLine
from states.vocabulary.spelling import words


def plans(opened: Opened) -> Iterator[Part]:
    """The plans, newest last, each with its actions."""
    yield from plans_of(opened, opened.of("plans"))
    agreed = opened.of("plan_actions", plan_id=None)
    if agreed:
        yield _due_list(opened, agreed, "Agreed on at a meeting")
        yield from _set_right(opened, agreed)
    for row in opened.of("reintegration_plans"):
        conditions: Says = [("Condition", text) for text in row["content"]["conditions"]]
        yield from record(opened, row, "Reintegration plan", conditions)
        check_ins = opened.of("check_ins", plan_id=row["id"])
        yield _due_list(opened, check_ins, "Check-in")
        yield from _set_right(opened, check_ins)


def plans_of(opened: Opened, rows: Iterable[Row]) -> Iterator[Part]:
    """Some of the plans, each with its actions."""
    for row in rows:
        said = row["content"]
        counts = "no longer counts; was " if row["standing"] in ("superseded", "ended") else ""
        approved = (
            phrase(counts, f"by {opened.who(row['approved_by'])}, ", opened.when(row["approved_at"]))
            if row["approved_by"]
            else "not yet"
        )
        says: Says = [
            ("Approved", approved),
            ("Summary", said["summary"]),
            *((words(topic).capitalize(), text) for topic, text in said["topics"].items()),
            ("Is for", _named_targets(opened, row["targets"])),
        ]
        what = f"{words(row['kind']).capitalize()} plan: {row['standing']}"
        yield from record(opened, row, what, says)
        actions = opened.of("plan_actions", plan_id=row["id"])
        if actions:
            yield _due_list(opened, actions, "Action")
            yield from _set_right(opened, actions)
        yield from _with_a_plan(opened, row)


#: what a referral's letter tells, and whom
TELLS = (
    "The case's number, who the person is, and the recommendation; an office that is to help, how they are "
    "reached, too, where the policy lets it. The vice president of the person's unit is told the same."
)


def _with_a_plan(opened: Opened, plan: Row) -> Iterator[Part]:
    """What goes with a plan: its referrals, and, before it is in action, what it leaves as it is."""
    referrals = opened.of("referrals", plan_id=plan["id"])
    if referrals:
        yield table(
            ("Referral", "To", "Recommends", "How far"),
            (
                (
                    words(row["kind"]).capitalize(),
                    office_of(opened, row),
                    row["content"].get("recommendation"),
                    how_far(opened, row),
                )
                for row in referrals
            ),
        )
        yield pairs([("Told to each", TELLS)])
    if plan["standing"] not in ("draft", "approved"):
        return
    going_on = left_to_go_on(opened, plan)
    if going_on:
        yield _due_list(opened, going_on, "Goes on from the earlier plan")
    yield from (pairs([("Left out", told)]) for told in (told_left_out(opened),) if told)


def _named_targets(opened: Opened, targets: Iterable[str]) -> list[str]:
    """Who may be in danger, of those that a plan is for: by name, or by id where names are not told."""
    names = {row["id"]: row["content"]["name"] for row in opened.of("targets")}
    return [names.get(target) or target[:8] for target in targets]


def _due_list(opened: Opened, rows: Iterable[Row], what: str) -> Part:
    ids, rows = not opened.names, list(rows)
    ways = any(opened.ways.get(row["id"]) for row in rows)
    after = any(row["content"].get("after") for row in rows)
    from_ = [goes_on_from(opened, row) for row in rows]
    return table(
        (
            # As work that is theirs calls it, where nothing of a case is read.
            "#  Id" if ids else "#No.",
            what,
            *(("After",) if after else ()),
            *(("Goes on from the earlier plan",) if any(from_) else ()),
            *("Owner", "#Due", "#Done"),
            *(("More",) if ways else ()),
        ),
        (
            (
                Text(f"  {row['id'][:8]}", Tone.ID) if ids else place,
                row["content"]["what"],
                *((comes_after(opened, row),) if after else ()),
                *((_from(opened, earlier),) if any(from_) else ()),
                opened.who(row["owner"]),
                opened.until(row["due_at"]),
                _done(opened, row),
                *((list(opened.ways.get(row["id"], ())),) if ways else ()),
            )
            for place, (row, earlier) in enumerate(zip(rows, from_, strict=True), 1)
        ),
    )


def _from(opened: Opened, action: Row | None) -> object:
    """What an action goes on from, and whose and by when that was."""
    if action is None:
        return ""
    done = (" (done ", opened.when(action["done_at"]), ")") if action["done_at"] else ()
    whose = f", {opened.who(action['owner']) or 'nobody yet'}, by "
    return phrase(action["content"]["what"], whose, opened.until(action["due_at"]), *done)


def _done(opened: Opened, row: Row) -> object:
    if row.get("waived"):
        return "waived"
    return "goes on in a newer plan" if row.get("continued_by") else opened.when(row["done_at"])


def comes_after(opened: Opened, action: Row) -> str:
    """What an action comes after, and which of that it still waits for."""
    named = [row for row in opened.of("plan_actions") if row["id"] in action["content"].get("after", ())]
    first = [newest(opened, row) for row in named]
    said = "; ".join(row["content"]["what"] for row in first)
    open_ = [row["content"]["what"] for row in first if is_open(row)]
    if not open_:
        return f"{said} (done)" if said else ""
    how = "was done before" if action["done_at"] else "waits for"
    return f"{said}: {how} {'it' if len(first) == 1 else '; '.join(open_)}"


def _set_right(opened: Opened, rows: Iterable[Row]) -> Iterator[Part]:
    """What was corrected in a list, below it."""
    for row in rows:
        told = corrected(opened, row)
        if told:
            yield pairs([("Of", row["content"].get("what") or row["content"].get("text")), *told])


#: hexadecimal digits of an id
ID_LENGTH = 32

#: what a meeting to which too few came is worth (U-04)
NO_QUORUM = "no: it does not count, and the clock of the meeting goes on"


def meetings(opened: Opened) -> Iterator[Part]:
    """The meetings, with attendance and minutes."""
    for row in opened.of("meetings"):
        said = row["content"]
        says: Says = [
            ("Called for", opened.when(row["scheduled_at"])),
            ("Held", opened.when(row["held_at"]) or ("called off" if row["cancelled_at"] else "not yet")),
            ("Quorum", "" if row["held_at"] is None else "yes" if row["quorate"] else NO_QUORUM),
            ("Invited", _answered(opened, row)),
            ("Present", [opened.who(member) for member in said.get("present") or ()]),
            ("Stepped outside", [opened.who(member) for member in said.get("outside") or ()]),
            ("Minutes" if row["held_at"] else "Minutes so far", said.get("minutes")),
            *((f"Action{'' if row['held_at'] else ' so far'}", each) for each in _agreed(opened, row)),
            *(("Suggestion", text) for text in said.get("suggestions", ())),
        ]
        yield from record(opened, row, f"{words(row['kind']).capitalize()} meeting", says)


def _agreed(opened: Opened, meeting: Row) -> list[object]:
    """What a meeting agreed on, or as far as its draft goes: what is done, by whom, and how far it is."""
    if meeting["held_at"] is None:
        return [
            phrase(
                each["what"], f", {opened.who(each['owner']) or 'nobody yet'}, {each['due_at'] or 'no day'}"
            )
            for each in meeting["content"].get("actions") or ()
        ]
    return [
        phrase(
            each["content"]["what"],
            f", {opened.who(each['owner']) or 'nobody here'}, by ",
            opened.until(each["due_at"]),
            *(("; done ", opened.when(each["done_at"])) if each["done_at"] else ()),
        )
        for each in opened.of("plan_actions", meeting_id=meeting["id"])
    ]


def _answered(opened: Opened, meeting: Row) -> list[object]:
    """What each of those who were invited said last: that they come, or why not."""
    newest = {row["by"]: row for row in opened.of("invitation_answers", meeting_id=meeting["id"])}
    return [
        phrase(
            opened.who(member),
            " comes" if row["comes"] else " cannot come",
            f": {row['content']['text']}" if row["content"].get("text") else "",
        )
        for member, row in newest.items()
    ]


def referrals(opened: Opened) -> Iterator[Part]:
    """The referrals, and what offices made of them."""
    for row in opened.of("referrals"):
        yield from _referral(opened, row)


def _referral(opened: Opened, row: Row) -> Iterator[Part]:
    left = row["sent_at"] is not None
    conveyed = opened.when(row["conveyed_at"])
    says: Says = [
        ("To", office_of(opened, row)),
        ("Under", row["handbook"]),
        ("Conveyed to", phrase(f"{opened.whom(row['convey_to'])}, ", conveyed) if row["convey_to"] else ""),
        ("Recommends", row["content"]["recommendation"]),
        ("Sent", phrase(opened.when(row["sent_at"]), ", by ", code(row["way"])) if left else ""),
        ("Declined at once" if left else "Held up", words(row["code"])),
        ("Acknowledged", opened.when(row["acknowledged_at"])),
        ("Decided", opened.when(row["decided_at"])),
        ("Ended", opened.when(row["closed_at"])),
        ("Outcome", code(row["outcome"])),
        *(
            ("Answer", phrase(each["content"].get("text"), *beside(opened, each)))
            for each in opened.of("remarks", about=row["id"])
            if each["content"].get("text")
        ),
    ]
    yield from record(opened, row, f"{words(row['kind']).capitalize()}: {how_far(opened, row)}", says)


def referral_history(
    opened: Opened, referral: str, events: Iterable[Happening], waits: Iterable[DeadlineLine]
) -> Iterator[Part]:
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
            opened.whom(each["recipient"]),
            code(each["basis"]),
            codes(each["what"]),
            opened.when(each["at"]),
        )
        for each in opened.of("disclosures", about=referral)
    ]
    if told:
        yield table(("Told to", "On the basis of", "What", "#When"), told)
    clocks = [(code(clock.clock), opened.until(clock.due_at), code(clock.stage)) for clock in waits]
    if clocks:
        yield table(("Waits for", "#Due", "#Stage"), clocks)
    yield table(
        ("#When", "By", "What"),
        [(opened.when(each.at), opened.who(each.actor), code(each.what)) for each in events],
    )


def dispositions(opened: Opened) -> Iterator[Part]:
    """How the matter ended."""
    for row in opened.of("dispositions"):
        said = row["content"]
        says: Says = [
            ("Says", said["text"]),
            ("Threat of violence", code(said.get("threat"))),
            ("Risk of disruption", code(said.get("disruption"))),
            ("Reporter", "may be told" if row["tell_reporter"] else "is not told"),
            ("In these words", said.get("to_reporter")),
            ("Nobody follows up", said.get("no_follow_up_because")),
        ]
        yield from record(opened, row, "Disposition", says)
        for over in opened.of("hand_overs", disposition_id=row["id"]):
            passes = over["content"]
            word = phrase(opened.when(over["confirmed_at"]), f", by {opened.who(over['confirmed_by'])}")
            to = f"{passes['name']}, {opened.pack.office(over['office']).name}"
            whom: Says = [
                ("To", ", ".join(filter(None, (to, passes["address"], passes["phone"])))),
                ("What", passes["what"]),
                ("Taken over", word if over["confirmed_at"] else "NOT CONFIRMED YET"),
            ]
            yield from record(opened, over, "Follow-up", whom)
    gone = {row["id"] for row in opened.of("reports") if row["moved_to"]}
    for row in opened.of("calls"):
        if row["about"] in gone:
            continue
        said = row["content"]
        says = [
            ("May be told", said["say"]),
            ("Came of it", code(row["outcome"]) or "not called yet"),
            (
                "Called",
                phrase(opened.when(row["called_at"]), f" {opened.who(row['called_by'])}")
                if row["called_at"]
                else "",
            ),
        ]
        yield from record(opened, row, "Call to a reporter", says)


def corrections(opened: Opened) -> Iterator[Part]:
    """What was corrected of the reasons given; of every other entry it stands with the entry."""
    yield from _set_right(opened, opened.of("remarks"))


def _about(opened: Opened, about: str) -> str:
    """What a reason is about: what was done, and to what."""
    if not opened.names:
        return words(about)[:40]
    done, _, which = about.partition(".")
    if done == "waive" and which:
        return f"going on without {opened.pack.called(which)}"
    return "" if len(done) == ID_LENGTH else words(done)


def reasons(opened: Opened) -> Iterator[Part]:
    """The reasons that people gave for triggers and waivers."""
    # These stand beside what they are about.
    referred = {row["id"] for name in ("referrals", "subjects", "case_links") for row in opened.of(name)}
    ways = any(opened.ways.get(row["id"]) for row in opened.of("remarks"))
    rows = [
        (
            opened.when(row["at"]),
            opened.who(row["by"]),
            _about(opened, row["about"]),
            row["content"].get("text"),
            *((list(opened.ways.get(row["id"], ())),) if ways else ()),
        )
        for row in opened.of("remarks")
        if row["about"] not in referred and row["content"].get("text")
    ]
    if rows:
        yield table(("#When", "By", "About", "Because", *(("More",) if ways else ())), rows)
