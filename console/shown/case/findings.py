"""What an inquiry found: the screenings, what was noted, what sources answered, and what was assessed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from console.shown.case.beside import instruments
from console.shown.case.beside.ratings import criteria_met, factors
from console.shown.case.in_danger import on_record_then
from console.shown.case.opened import Opened, Row, Says, beside, corrected, record
from console.shown.parts import Part, Phrase, code, codes, phrase
from states.vocabulary.cases import Level
from states.vocabulary.sources import AnswerStatus
from states.vocabulary.spelling import words
from tasks.far.codes import ADVICE


def screenings(opened: Opened) -> Iterator[Part]:
    """The screenings, with who agreed."""
    stands = Level(opened.dossier["case"]["provisional_level"] or Level.NONE)
    before = 0
    for row in opened.of("screenings"):
        says: Says = [("Because", row["content"].get("text")), *_concurring(opened, row)]
        if Level(row["level"]).gravity < min(before, stands.gravity):
            says.append(("Counts", f"not before the team agrees: {stands} stands"))
        before = max(before, Level(row["level"]).gravity)
        yield from record(opened, row, f"Screened {row['level']}", says)


def _concurring(opened: Opened, row: Row) -> Says:
    return [
        said
        for each in opened.of("concurrences", about=row["id"])
        for said in (
            (
                "Concurs",
                phrase(
                    f"{opened.who(each['by'])} {each['content'].get('text', '')}".strip(),
                    *beside(opened, each),
                ),
            ),
            *corrected(opened, each),
        )
    ]


def notes(opened: Opened) -> Iterator[Part]:
    """Interviews, inquiries, observations, and protective orders."""
    for row in opened.of("notes"):
        said = row["content"]
        says: Says = [
            ("With", said["with_whom"]),
            ("By", "the team convened" if said["by_team_convened"] else ""),
            ("Own observation", "yes" if said["own_observation"] else ""),
            ("Says", said["text"]),
        ]
        yield from record(opened, row, words(row["kind"]).capitalize(), says)
    for row in opened.of("protective_orders"):
        said = row["content"]
        says = [
            ("Protects", said["protects"]),
            ("Against", said["against"]),
            ("Court", f"{said['court']} {said['reference']}".strip()),
            ("Holds at", ", ".join(opened.pack.site(site).name for site in row["sites"])),
            ("Valid until", opened.until(row["valid_until"])),
            ("Holds no more since", opened.when(row["ended_at"])),
            *(
                (
                    "Court's own paper",
                    phrase(f"{each['size']:,} bytes, ", opened.when(each["at"])),
                )
                for each in opened.of("attachments", about=row["id"])
            ),
        ]
        yield from record(opened, row, "Protective order", says)


#: the mark behind each kind of answer's word: none of them is told by its word, or by a color, alone
MARKS: Mapping[AnswerStatus, str] = {
    AnswerStatus.FOUND: " \N{CHECK MARK}",
    AnswerStatus.NOT_FOUND: " \N{EMPTY SET}",
    AnswerStatus.PENDING: " \N{HORIZONTAL ELLIPSIS}",
    AnswerStatus.ASKED: " \N{HORIZONTAL ELLIPSIS}",
    AnswerStatus.REFUSED: " \N{CIRCLED DIVISION SLASH}",
    AnswerStatus.UNAVAILABLE: " !",
}


def sources(opened: Opened) -> Iterator[Part]:
    """What was asked of which source, and what it answered."""
    for row in opened.of("source_queries"):
        found = row["status"] == AnswerStatus.FOUND
        says: Says = [
            ("Source", row["source"]),
            ("Basis", code(row["basis"])),
            ("Answered", opened.when(row["answered_at"])),
            ("Incomplete" if found else "Code", code(row["code"])),
            ("What to do", ADVICE.get(row["code"], "")),
            *_told(row["content"].get("facts", ())),
            (
                "May be kept",
                phrase("until ", opened.until(row["retain_until"])) if row["retain_until"] else "",
            ),
            ("Erased", _erased(opened, row["content"])),
        ]
        called = opened.pack.called(row["kind"])
        yield from record(
            opened,
            row,
            f"{called[:1].upper()}{called[1:]}: {words(row['status'])}{MARKS.get(row['status'], '')}",
            says,
        )


def _erased(opened: Opened, content: Row) -> Phrase | None:
    if content.get("erased_at") is None:
        return None
    erased_at = datetime.fromisoformat(content["erased_at"])
    return phrase(opened.when(erased_at), ": the source let it be kept until then")


def _told(facts_told: Iterable[Row]) -> Says:
    """What a source told, each fact with what it tells of, and since when."""
    return [
        (fact["name"], f"{fact['value']} ({', '.join(filter(None, (fact['kind'], fact['observed_at'])))})")
        for fact in facts_told
    ]


def assessments(opened: Opened) -> Iterator[Part]:
    """The assessments: criteria in the pack's words, factors by kind."""
    for row in opened.of("assessments"):
        said = row["content"]
        force = ", in force" if row["id"] == opened.dossier["case"]["assessment_id"] else ""
        says: Says = [
            *(("Criterion met", text) for text in criteria_met(opened, row["level"], said)),
            ("Observed", codes(row["conditions"])),
            *factors(said),
            *instruments.answered(opened.pack, said),
            ("Able to carry it out", said.get("ability", "unknown")),
            *(("In danger, on record then", each) for each in on_record_then(opened, row)),
            ("Rationale", said["rationale"]),
            ("Lowered because", said["reason_for_lowering"]),
            ("Violence", _risk("a threat is seen", "no threat is seen", seen=row["sees_violence"])),
            (
                "Disruption",
                _risk("a significant risk is seen", "no such risk", seen=row["sees_disruption"]),
            ),
            ("Took part", [opened.who(member) for member in said["participants"]]),
            (
                "Confirmed by",
                [opened.who(each["by"]) for each in (row, *opened.of("confirmations", about=row["id"]))],
            ),
            ("Dissent", said["dissent"]),
            *_concurring(opened, row),
        ]
        yield from record(opened, row, f"{row['level']}{force}", says)


def _risk(yes: str, no: str, *, seen: bool | None) -> str:
    """Whether an assessment sees a risk; empty where it was filed before both were asked."""
    return "" if seen is None else yes if seen else no
