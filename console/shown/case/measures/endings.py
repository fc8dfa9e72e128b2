"""How a case ended, whom reporters hear it from, and the reasons that were given on the way."""

from collections.abc import Iterator

from console.shown.case.measures.plans import set_right
from console.shown.case.opened import Opened, Says, record
from console.shown.parts import Part, code, phrase, table
from states.vocabulary.spelling import words

#: hexadecimal digits of an id
ID_LENGTH = 32


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
    yield from set_right(opened, opened.of("remarks"))


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
