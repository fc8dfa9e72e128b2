"""What is asked of whoever puts reports and cases where they belong: which, where, and why (W-41, W-47)."""

from collections.abc import Collection, Iterable

from console.shown.case.asked.choosing import capital, only
from console.shown.case.asked.correcting import called, seen_of
from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Option
from console.shown.case.asked.plans import RECOMMENDED
from console.shown.case.asked.wording import of_content
from console.shown.case.opened import Row
from console.shown.case.reported import RELATED
from notifications.messages.wording import in_words
from states.contents.reports import SubjectContent
from states.vocabulary.cases import Relation, ReportStanding
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import LinkStatus


def _why(hint: str = "It is kept with the case.") -> Field:
    return Field("reason", "Why", hint=hint, needed=True)


def withdrawing(asked: Asked) -> Fields:
    """A report that was taken back, or entered by mistake."""
    return (_report(asked, _standing(asked, ReportStanding.STANDS)), _why())


def reinstating(asked: Asked) -> Fields:
    """A report that counts again."""
    gone = _standing(asked, ReportStanding.WITHDRAWN, ReportStanding.FALSE)
    return (_report(asked, gone), _why())


def agreeing_that_false(asked: Asked) -> Fields:
    """A report that a second member finds deliberately false (W-41)."""
    mine = {row["about"] for row in asked.opened.of("concurrences", by=asked.by.id)}
    open_ = [row for row in _standing(asked, ReportStanding.STANDS) if row["id"] not in mine]
    return (_report(asked, open_), Field("reason", "What shows it", hint="Optional."))


def marking_false(asked: Asked) -> Fields:
    """A report that was made in bad faith, and what is recommended of whoever made it (W-41)."""
    agreed = {row["about"] for row in asked.opened.of("concurrences") if row["by"] != asked.by.id}
    known = [row for row in _standing(asked, ReportStanding.STANDS) if row["id"] in agreed]
    kinds = tuple(Option(each, capital(str(in_words(each)))) for each in RECOMMENDED)
    return (
        _report(asked, known),
        _why("What shows that it was made in bad faith."),
        Field(
            "recommendation",
            "What is recommended of whoever made it",
            hint="They are referred in a case of their own. Leave it empty, and that is decided there later.",
        ),
        Field("kind", "What they are referred for", Ask.ONE, "", kinds, given=(ReferralKind.CONDUCT,)),
    )


def moving(asked: Asked) -> Fields:
    """A report that is about the person of another case, and which case that is."""
    standing = _standing(asked, ReportStanding.STANDS)
    return (_report(asked, standing), *_other(_linked(asked, tuple(LinkStatus))), _why())


def splitting(asked: Asked) -> Fields:
    """The reports that are about somebody else, for a case of their own."""
    standing = _standing(asked, ReportStanding.STANDS)
    found = _options(asked, standing) if len(standing) > 1 else ()
    hint = "At least one stays here. A verbal one and what follows it up go together."
    return (Field("reports", "Which are about somebody else", Ask.SEVERAL, hint, found, needed=True), _why())


def person(asked: Asked) -> Fields:
    """Who the person is, as the team knows it now (W-01)."""
    row = asked.opened.of("subjects")[-1]
    hint = "Needed where this is another person than was on record: another name, or another identifier."
    return (
        *of_content(SubjectContent, asked, row, seen_of(SubjectContent, row)),
        Field("reason", "Why", hint=hint),
    )


def restoring(asked: Asked) -> Fields:
    """An earlier decision on who the person is, to which the team goes back."""
    *earlier, _holds = asked.opened.of("subjects")
    found = tuple(
        Option(row["id"], f"{row['content']['name'] or 'Name not known'}, {_since(asked, row)}")
        for row in reversed(earlier)
    )
    label = "As who it stood before"
    return (Field("about", label, Ask.ONE, "", found, needed=True, given=only(found)), _why())


def same_person(asked: Asked) -> Fields:
    """Whether another case is about this person, too (W-47)."""
    return (
        *_other(_linked(asked, tuple(LinkStatus))),
        Field(
            "same",
            "Are the two about the same person?",
            Ask.ONE,
            "",
            (Option("yes", "Yes, the same person"), Option("no", "No, somebody else")),
            needed=True,
        ),
        Field(
            "reason",
            "Why",
            hint="Needed where the two were not suggested, or somebody decided otherwise before.",
        ),
    )


def unlinking(asked: Asked) -> Fields:
    """Two cases of which nothing is said any more."""
    decided = _linked(asked, (LinkStatus.CONFIRMED, LinkStatus.REJECTED))
    return (_which(decided), _why("It stands in both cases."))


def joining(asked: Asked) -> Fields:
    """The case about the same person that this one goes on in, and why (W-47)."""
    free = () if asked.opened.dossier["case"]["merged_into"] else (LinkStatus.CONFIRMED,)
    return (_which(_linked(asked, free)), _why("It stands in both cases."))


def parting(asked: Asked) -> Fields:
    """The case that this one stands apart from again."""
    into = asked.opened.dossier["case"]["merged_into"]
    return (_which([Option(into, into)] if _is_number(into) else []), _why("It stands in both cases."))


def relating(asked: Asked) -> Fields:
    """What this case has to do with one about somebody else."""
    kinds = tuple(
        Option(f"{kind} {side}", capital(reads))
        for kind in Relation
        for side, reads in zip(("first", "second"), RELATED[kind], strict=True)
        if side == "first" or RELATED[kind][0] != reads
    )
    return (
        *_other(_linked(asked, (LinkStatus.REJECTED, LinkStatus.CANDIDATE))),
        Field("kind", "What the two have to do with each other", Ask.ONE, "", kinds, needed=True),
        _why("It stands in both cases."),
    )


def unrelating(asked: Asked) -> Fields:
    """What is taken back of what was said of two cases."""
    found = tuple(
        Option(
            f"{row['kind']} {row['side']} {row['other_number']}",
            f"{row['other_number']}: {RELATED[row['kind']][row['side'] == 'second']}",
        )
        for row in asked.opened.of("case_relations")
        if row["ended_at"] is None and _is_number(row["other_number"])
    )
    label = "What is taken back"
    return (Field("about", label, Ask.ONE, "", found, needed=True, given=only(found)), _why())


def _standing(asked: Asked, *standings: ReportStanding) -> list[Row]:
    return [row for row in asked.opened.of("reports") if row["standing"] in standings]


def _report(asked: Asked, rows: Collection[Row]) -> Field:
    found = _options(asked, rows)
    return Field("about", "Which report", Ask.ONE, "", found, needed=True, given=only(found))


def _options(asked: Asked, rows: Iterable[Row]) -> tuple[Option, ...]:
    return tuple(Option(row["id"], called(asked.opened, "reports", row)) for row in rows)


def _since(asked: Asked, row: Row) -> str:
    at = asked.opened.when(row["at"])
    return f"decided {at.spelled}" if at else ""


def _linked(asked: Asked, linked: Collection[LinkStatus]) -> list[Option]:
    links = [each for each in asked.opened.of("case_links") if each["status"] in linked]
    return [
        Option(each["other_number"], each["other_number"])
        for each in links
        if _is_number(each["other_number"])
    ]


def _is_number(text: str) -> bool:
    """Whether a case is called by its number, as it is to whoever may see it."""
    return any(character.isdigit() for character in text)


def _which(options: Collection[Option]) -> Field:
    found = tuple(options)
    return Field("other", "Which case", Ask.ONE, "", found, needed=True, given=only(found))


def _other(options: Collection[Option]) -> Fields:
    """Another case: one of those that are near this one, or any by its number."""
    near = (Field("other", "Which case", Ask.ONE, "One that is linked with this one.", tuple(options)),)
    label = "Or another case, by its number" if options else "Which case, by its number"
    hint = "As in TAT-2026-0001. Search finds it by a name; the number stands on top of its page."
    return (*(near if options else ()), Field("typed", label, Ask.LINE, hint))
