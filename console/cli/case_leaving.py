"""What leaves a case and what stays, as its page shows it: consents, refused requests, releases."""

from collections.abc import Iterator

from rich.console import RenderableType

from console.cli.opened_case import Opened, Pairs, record
from console.cli.screen import words


def stayed(opened: Opened) -> Iterator[RenderableType]:
    """Consents, and what was asked for and refused."""
    for row in opened.of("consents"):
        said = row["content"]
        pairs: Pairs = [
            ("By", f"{said['given_by']}, {said['relation']}"),
            ("To", f"{words(row['recipient_kind'])}: {row['recipient']}"),
            ("For", words(row["purpose"])),
            ("What", ", ".join(map(words, row["what"]))),
            ("Given", opened.when(row["given_at"])),
            ("Until", opened.when(row["valid_until"])),
            ("Taken back", opened.when(row["revoked_at"])),
            ("Document", said["document"]),
            ("Note", said["note"]),
        ]
        yield from record(opened, row, "Consent", pairs)
    for row in opened.of("releases"):
        said = row["content"]
        decided = [
            (
                f"{'Agreed' if each['agreed'] else 'Declined'} for {each['office']}",
                f"{each['content']['named']} {each['content']['note']}".strip(),
            )
            for each in opened.of("release_decisions", release_id=row["id"])
        ]
        pairs = [
            ("To", f"{words(row['recipient_kind'])}: {row['recipient']}"),
            ("Asked by", said["asked_by"]),
            ("Says", said["text"]),
            *decided,
            ("Told", opened.when(row["told_at"])),
        ]
        yield from record(opened, row, f"Text to be released: {row['status']}", pairs)
    for row in opened.of("disclosure_requests"):
        said = row["content"]
        pairs = [
            ("Asked by", said["asked_by"]),
            ("To", f"{words(row['recipient_kind'])}: {row['recipient']}"),
            ("What", ", ".join(map(words, row["what"]))),
            ("Because", said["because"]),
            *(("Stayed because", sentence) for sentence in said["why_not"]),
        ]
        yield from record(opened, row, "Refused request", pairs)
