"""What leaves a case and what stays: disclosures, messages, consents, refused requests, releases."""

from collections.abc import Iterator

from console.shown.case.opened import Opened, Says, record
from console.shown.parts import Part, code, codes, phrase, table


def left(opened: Opened) -> Iterator[Part]:
    """What was told to whom and why, and the emergencies that some of it rests on (34 CFR 99.32, 99.36)."""
    for row in opened.of("determinations"):
        said = row["content"]
        says: Says = [
            ("Official", f"{row['official']}, {row['office']}"),
            ("Threat", said["threat"]),
            ("Seriousness", said["seriousness"]),
            ("Urgency", said["urgency"]),
            ("Need for it", said["need"]),
            ("Who can deal with it", said["ability_of_recipient"]),
        ]
        yield from record(opened, row, "Health or safety emergency", says)
    rows = [
        (
            opened.when(row["at"]),
            phrase(code(row["recipient_kind"]), f": {opened.whom(row['recipient'])}"),
            code(row["purpose"]),
            codes(row["what"]),
            phrase(code(row["basis"]), " (emergency determined)" if row["determination_id"] else ""),
        )
        for row in opened.of("disclosures")
    ]
    if rows:
        yield table(("#When", "To", "For", "What", "On the basis of"), rows)


def messages(opened: Opened) -> Iterator[Part]:
    """The messages about the case: which one, to whom, and what became of it."""
    rows = [
        (
            opened.when(row["at"]),
            code(row["template"]),
            opened.whom(row["recipient"]),
            code(row["status"]),
            opened.when(row["sent_at"]),
            ", ".join(opened.id(each["id"]) or "yes" for each in opened.of("attachments", about=row["id"])),
        )
        for row in opened.of("notices")
    ]
    if rows:
        yield table(("#Written", "Message", "To", "Status", "#Sent", "Came back"), rows)


def stayed(opened: Opened) -> Iterator[Part]:
    """Consents, and what was asked for and refused."""
    for row in opened.of("consents"):
        said = row["content"]
        says: Says = [
            ("By", f"{said['given_by']}, {said['relation']}"),
            ("To", phrase(code(row["recipient_kind"]), f": {row['recipient']}")),
            ("For", code(row["purpose"])),
            ("What", codes(row["what"])),
            ("Given", opened.when(row["given_at"])),
            ("Until", opened.until(row["valid_until"])),
            ("Taken back", opened.when(row["revoked_at"])),
            ("Document", said["document"]),
            ("Note", said["note"]),
        ]
        yield from record(opened, row, "Consent", says)
    for row in opened.of("releases"):
        said = row["content"]
        decided = [
            (
                f"{'Agreed' if each['agreed'] else 'Declined'} for {each['office']}",
                f"{each['content']['named']} {each['content']['note']}".strip(),
            )
            for each in opened.of("release_decisions", release_id=row["id"])
        ]
        says = [
            ("To", phrase(code(row["recipient_kind"]), f": {row['recipient']}")),
            ("Asked by", said["asked_by"]),
            ("Says", said["text"]),
            *decided,
            ("Told", opened.when(row["told_at"])),
        ]
        yield from record(opened, row, f"Text to be released: {row['status']}", says)
    for row in opened.of("disclosure_requests"):
        said = row["content"]
        says = [
            ("Asked by", said["asked_by"]),
            ("To", phrase(code(row["recipient_kind"]), f": {row['recipient']}")),
            ("What", codes(row["what"])),
            ("Because", said["because"]),
            *(("Stayed because", sentence) for sentence in said["why_not"]),
        ]
        yield from record(opened, row, "Refused request", says)
