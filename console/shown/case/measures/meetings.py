"""The meetings about a case: who was invited and came, the minutes, and what was agreed on."""

from collections.abc import Iterator

from console.shown.case.opened import Opened, Row, Says, record
from console.shown.parts import Part, phrase
from states.vocabulary.spelling import words

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
