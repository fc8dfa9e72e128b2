"""Who may be in danger: whom the team put on record, and whom reports name, to be confirmed (W-53)."""

from collections.abc import Iterator

from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Option
from console.shown.case.opened import Opened, Row, Says, beside, corrected, record
from console.shown.parts import Part, Phrase, Withheld, codes, pairs, phrase, table
from states.persons.comparing import likeness
from states.vocabulary.cases import ReportStanding
from states.vocabulary.danger import Endangered
from states.vocabulary.effects import Clock
from states.vocabulary.spelling import words


def targets(opened: Opened) -> Iterator[Part]:
    """Who may be in danger, what was done for them, and how the follow-up goes."""
    said_of = {"measure": "Done", "follow_up": "Followed up", "waived": "No follow-up, because"}
    due = {clock.about: clock.due_at for clock in opened.clocks if clock.clock == Clock.TARGET_FOLLOW_UP}
    for row in opened.of("targets"):
        said = row["content"]
        settled = phrase("waived " if row["waived"] else "done ", opened.when(row["settled_at"]))
        runs = phrase("due", " " if row["id"] in due else "", opened.until(due.get(row["id"])))
        says: Says = [
            ("Reached at", ", ".join(filter(None, (said["phone"], said["email"])))),
            ("Affiliation", codes(said["affiliations"])),
            *((words(kind).capitalize(), value) for kind, value in said["identifiers"].items()),
            ("Site", opened.pack.site(said["site"]).name if said["site"] else ""),
            ("Vulnerable because", said["vulnerability"]),
            *(
                said
                for step in opened.of("target_steps", target_id=row["id"])
                for said in (
                    (
                        said_of[step["kind"]],
                        phrase(
                            f"{step['content']['text']} ({opened.who(step['by'])}, ",
                            opened.when(step["at"]),
                            ")",
                            *beside(opened, step),
                        ),
                    ),
                    *corrected(opened, step),
                )
            ),
            ("Follow-up by", opened.who(row["owner"])),
            ("Follow-up", settled if row["settled_at"] else runs),
        ]
        yield from record(opened, row, f"{words(row['role']).capitalize()}: {said['name']}", says)
    named = to_confirm(opened)
    if named:
        yield pairs((("Named in a report, to confirm", named),))


def vulnerable(opened: Opened) -> Iterator[Part]:
    """Who may be in danger and what makes them vulnerable, beside what a member or the team assesses."""
    rows = [
        (
            f"{words(row['role']).capitalize()}: {row['content']['name']}",
            _vulnerability(row) or "not said yet",
        )
        for row in opened.of("targets")
    ]
    if rows:
        yield table(("Who may be in danger", "Vulnerable because"), rows)
    named = to_confirm(opened)
    if named:
        yield pairs((("Named in a report, to confirm", named),))


def on_record_then(opened: Opened, assessment: Row) -> list[Phrase]:
    """Who was on record as in danger when the team assessed, each with what makes them vulnerable."""
    return [
        phrase(row["content"]["name"], *((": ", said) if (said := _vulnerability(row)) else ()))
        for row in opened.of("targets")
        if row["seq"] < assessment["seq"]
    ]


def _vulnerability(row: Row) -> str | Withheld:
    who = row.get("withheld", {}).get("vulnerability")
    said: str = row["content"]["vulnerability"]
    return Withheld(f"withheld: {who} can tell") if who else said


def to_confirm(opened: Opened) -> list[str]:
    """The names of those in danger that reports give, and that are of nobody whom the team put on record."""
    confirmed = [row["content"]["name"] for row in opened.of("targets")]
    named = [
        name
        for row in opened.of("reports", standing=ReportStanding.STANDS)
        for name in row["content"].get("endangered_names", ())
    ]
    return [
        name
        for name in dict.fromkeys(named)
        if not any(likeness(name, one) is not None or name == one for one in confirmed)
    ]


def names(opened: Opened) -> list[object]:
    """Everybody who may be in danger, by name, with what is still to be confirmed."""
    confirmed: list[object] = [row["content"]["name"] for row in opened.of("targets")]
    return [*confirmed, *(f"{name} (named in a report, to confirm)" for name in to_confirm(opened))]


def asked(asking: Asked) -> Fields:
    """Whom the team puts on record as in danger; the first whom a report names stands there already."""
    named = to_confirm(asking.opened)
    hint = f"Reports name: {'; '.join(named)}." if named else ""
    roles = tuple(Option(each, words(each).capitalize()) for each in Endangered)
    return (
        Field("name", "Who may be in danger", Ask.LINE, hint, needed=True, given=tuple(named[:1])),
        Field("role", "What they are", Ask.ONE, "", roles, needed=True, given=(Endangered.TARGET,)),
        Field("phone", "Their phone number", Ask.LINE, "Optional."),
        Field("email", "Their e-mail address", Ask.LINE, "Optional."),
        Field("vulnerability", "What makes them vulnerable", hint="Optional."),
        Field("done", "What was done for them so far", hint="One a line. Optional."),
        Field(
            "follow_up_at",
            "When somebody speaks with them next",
            Ask.LINE,
            "As in tomorrow 5 pm. Leave it empty, and the policy says when.",
        ),
    )
