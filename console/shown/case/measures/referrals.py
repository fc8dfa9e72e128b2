"""The referrals of a case: to whom, how far each has come, and what left and is waited for."""

from collections.abc import Iterable, Iterator

from console.shown.case.measures.carried import how_far, office_of
from console.shown.case.opened import Opened, Row, Says, beside, record
from console.shown.parts import Part, code, codes, phrase, table
from states.casebook.reading.timeline import Happening
from states.casebook.rounds.sweeping import DeadlineLine
from states.vocabulary.spelling import words


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
