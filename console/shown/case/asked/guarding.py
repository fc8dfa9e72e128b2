"""What is asked of a court's orders, a reporter's privacy, and what may leave a case (W-35, W-42, W-58)."""

from collections.abc import Iterable

from console.shown.case.asked.choosing import WATCHED, capital, only
from console.shown.case.asked.correcting import called
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Option, by_name
from console.shown.case.asked.handing_out import CODE, based
from console.shown.case.opened import Row
from notifications.messages.wording import in_words
from states.access import chairs
from states.casebook.protecting.attachments import KINDS, MOST_BYTES
from states.policy.pack import Pack
from states.vocabulary.cases import ReprisalWord
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.spelling import words

_TYPED = "As in Fri 27 Nov 2026 5 pm."


def _why(hint: str = "It is kept with the case.") -> Field:
    return Field("reason", "Why", hint=hint, needed=True)


def _which(label: str, options: Iterable[Option]) -> Field:
    found = tuple(options)
    return Field("about", label, Ask.ONE, "", found, needed=True, given=only(found))


def ordering(asked: Asked) -> Fields:
    """What a court ordered, of which the police of each place it holds at get a copy (W-42)."""
    pack = asked.opened.pack
    sites = by_name(Option(code, site.name) for code, site in pack.sites.items())
    held = asked.opened.dossier["case"]
    return (
        Field("protects", "Whom it protects", Ask.LINE, needed=True),
        Field("against", "Against whom", Ask.LINE, needed=True),
        Field("court", "Which court", Ask.LINE, "Optional."),
        Field("reference", "Its number there", Ask.LINE, "Optional."),
        Field(
            "sites",
            "Where it holds",
            Ask.SEVERAL,
            "The police of each get a copy.",
            sites,
            needed=True,
            given=(held["site"], *held["further_sites"]),
        ),
        Field("valid_until", "Until when", Ask.LINE, f"{_TYPED} Leave it empty if it names no day."),
    )


def papering(asked: Asked) -> Fields:
    """The court's own paper of an order: one of the case's files (W-42)."""
    opened = asked.opened
    files = [
        Option(row["id"], f"{row['content'].get('name') or 'without a name'}, {_added(asked, row)}")
        for row in reversed(opened.of("attachments"))
        if row["stored"]
        and row["withdrawn_at"] is None
        and row["size"] <= MOST_BYTES
        and row["media_type"] in KINDS.values()
    ]
    hint = "A PDF, PNG or JPEG of at most 5 MB, which was added under Files."
    return (
        _which("Which order", _orders(asked)),
        Field("file", "Which file is the court's own paper", Ask.ONE, hint, tuple(files), needed=True),
    )


def _added(asked: Asked, row: Row) -> str:
    at = asked.opened.when(row["at"])
    return f"added {at.spelled}" if at else ""


def ending_order(asked: Asked) -> Fields:
    """An order that holds no more."""
    return (_which("Which order", _orders(asked)), _why())


def _orders(asked: Asked) -> list[Option]:
    orders = [row for row in asked.opened.of("protective_orders") if row["ended_at"] is None]
    return [Option(row["id"], f"Protects {row['content']['protects']}") for row in orders]


def recusing(_asked: Asked) -> Fields:
    """Why somebody keeps themselves out of a case (W-39)."""
    return (_why("Whoever chairs reads it."),)


def talking(asked: Asked) -> Fields:
    """A talk with a reporter who asked for privacy, before it is given up (W-58)."""
    return (
        _which("Who told which report", _private(asked)),
        Field("talked_at", "When you talked", Ask.LINE, "As in today 9 am.", needed=True),
        Field("told", "What you told them of why it cannot stay private", needed=True),
        Field("said", "What they said to it", needed=True),
    )


def lifting(asked: Asked) -> Fields:
    """A reporter's privacy that is given up by whoever chairs, after a talk with them (W-40, W-58)."""
    talked = {row["report_id"] for row in asked.opened.of("privacy_talks")}
    chairing = chairs(asked.by, asked.case)
    found = [each for each in _private(asked) if chairing and each.value in talked]
    return (_which("Whose privacy, of which report", found), _why())


def _private(asked: Asked) -> list[Option]:
    reports = [row for row in asked.opened.of("reports", moved_to="") if row["private"]]
    return [Option(row["id"], called(asked.opened, "reports", row)) for row in reports]


def watching(asked: Asked) -> Fields:
    """Whether whoever reported is treated badly because of it, and what is done about it (W-41)."""
    opened = asked.opened
    reports = [row for row in opened.of("reports") if not row["moved_to"]]
    words_of = tuple(Option(word, WATCHED[word]) for word in ReprisalWord)
    return (
        _which(
            "Who told which report", [Option(row["id"], called(opened, "reports", row)) for row in reports]
        ),
        Field("word", "What you enter", Ask.ONE, "", words_of, needed=True),
        Field("who", "Who says so, saw it, or acted", Ask.LINE, "Optional."),
        Field("noticed_on", "On which day", Ask.LINE, "Optional. As in yesterday, or 27 Nov 2026."),
        Field("text", "What happens to them, what was done, or why nobody asks", hint=_PRIVATE),
    )


_PRIVATE = "Whoever is not to know who reported does not read it."


def determining(asked: Asked) -> Fields:
    """A health or safety emergency, with its considerations, as an official determines it (W-35)."""
    pack = asked.opened.pack
    speaking = asked.by.offices.intersection(pack.emergency.officials)
    offices = by_name(Option(code, pack.office(code).name) for code in sorted(speaking)[:1])
    return (
        Field("office", "As which office", Ask.ONE, "", offices, needed=True, given=only(offices)),
        Field("threat", "What the threat is", hint="Articulable and significant.", needed=True),
        Field("seriousness", "How serious it is", needed=True),
        Field("urgency", "How urgent it is", needed=True),
        Field("need", "Why it is needed to meet the emergency", needed=True),
        Field("ability_of_recipient", "How whoever is told can deal with it", needed=True),
    )


def consenting(asked: Asked) -> Fields:
    """That somebody consented to a disclosure (34 CFR 99.30)."""
    return (
        Field("given_by", "Who consented", Ask.LINE, needed=True),
        Field(
            "relation",
            "What they are to the person",
            Ask.LINE,
            "As in themselves, or their parent.",
            needed=True,
        ),
        *_recipient(asked.opened.pack),
        _purpose(asked.opened.pack, ()),
        _what(asked.opened.pack),
        Field("given_at", "When they consented", Ask.LINE, "As in today 9 am.", needed=True),
        Field("valid_until", "Until when it holds", Ask.LINE, "Optional."),
        Field("document", "Where the signed paper lies", Ask.LINE, "Or say below how it was given."),
        Field("note", "How it was given, and who took it down", hint="Where there is no paper."),
    )


def revoking(asked: Asked) -> Fields:
    """A consent that was taken back."""
    rows = [row for row in asked.opened.of("consents") if row["revoked_at"] is None]
    return (_which("Which consent", [Option(row["id"], _consent(row)) for row in rows]), _why())


def _consent(row: Row) -> str:
    return f"{row['content']['given_by']}, to {in_words(row['recipient_kind'])} {row['recipient']}"


def telling(asked: Asked) -> Fields:
    """What somebody is about to tell, by phone or in person, which the policy is to permit (W-35 to W-39)."""
    pack = asked.opened.pack
    offices = by_name(Option(code, pack.office(code).name) for code in asked.by.offices)
    through = Field("through", "Which office of yours tells it", Ask.ONE, "Where only one may.", offices)
    return (
        *_recipient(pack),
        _what(pack),
        _purpose(pack, (Purpose.NOTICE,)),
        _basis(pack),
        *((through,) if offices else ()),
        Field("asked_by", "Who asked for it", Ask.LINE, "Needed where somebody outside asks."),
        _why(),
    )


def drafting_text(asked: Asked) -> Fields:
    """The very text that is to be told outside, which offices clear first (W-37, W-38)."""
    pack = asked.opened.pack
    return (
        *_recipient(pack),
        _what(pack),
        _purpose(pack, (Purpose.NOTICE,)),
        _basis(pack),
        Field("asked_by", "Who asked", Ask.LINE, needed=True),
        Field("because", "Why it is to be told", needed=True),
        Field("text", "The very words", needed=True),
    )


def _recipient(pack: Pack) -> Fields:
    kinds = dict.fromkeys(kind for rule in pack.disclosures for kind in rule.to)
    found = tuple(Option(kind, capital(str(in_words(kind)))) for kind in RecipientKind if kind in kinds)
    return (
        Field("to", "To whom", Ask.ONE, "", found, needed=True),
        Field("recipient", "Which one", Ask.LINE, CODE, needed=True),
    )


def _what(pack: Pack) -> Field:
    ruled = {each for rule in pack.disclosures for each in rule.what}
    found = tuple(Option(each, capital(words(each))) for each in Disclosed if each in ruled)
    return Field("what", "What", Ask.SEVERAL, "Tick all that is told.", found, needed=True)


def _purpose(pack: Pack, given: tuple[str, ...]) -> Field:
    ruled = {each for rule in pack.disclosures for each in rule.purposes}
    found = tuple(Option(each, capital(words(each))) for each in Purpose if each in ruled)
    return Field("purpose", "What for", Ask.ONE, "", found, needed=True, given=given)


def _basis(pack: Pack) -> Field:
    bases = based(basis for rule in pack.disclosures for basis in rule.bases)
    return Field("basis", "What permits it", Ask.ONE, "", bases, needed=True)
