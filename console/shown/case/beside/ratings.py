"""What members rated, each alone: side by side, once whoever looks has rated, too."""

from collections.abc import Iterable, Iterator

from console.shown.case.asked.choosing import capital
from console.shown.case.beside import instruments
from console.shown.case.opened import Opened, Row
from console.shown.parts import Part, Text, Tone, Withheld, cell, pairs, table, title
from notifications.messages.wording import in_words
from states.access import MAY, Act, Actor
from states.vocabulary.cases import FactorKind, Level

#: what stands where others' ratings will
NOT_YET = "shown once you have rated, too, or the team has assessed"


def ratings(opened: Opened) -> Iterator[Part]:
    """Every rating, oldest first."""
    for row in opened.of("ratings"):
        at = opened.when(row["at"], Tone.SOFT)
        who = Text(f"Rated by {opened.who(row['by'])}", Tone.STRONG)
        yield title(who, *((at,) if at else ()), Text(opened.id(row["id"]), Tone.ID))
        if row["content"].get("level") is None:
            yield pairs((("Says", Withheld(NOT_YET)),))
            continue
        said = row["content"]
        yield pairs(
            (
                ("Level", str(in_words(Level(said["level"])))),
                *(("Criterion met", text) for text in criteria_met(opened, said["level"], said)),
                ("Able to carry it out", said["ability"]),
                *factors(said),
                *instruments.answered(opened.pack, said),
                ("Why", said["reason"]),
            )
        )


def missing(opened: Opened, team: Iterable[Actor]) -> list[str]:
    """Those on a case who have not rated it alone since the last assessment, as people call them.

    Args:
        opened: the case.
        team: everybody who is on the team now.
    """
    case, settled = opened.dossier["case"], _settled(opened)
    rated = {row["by"] for row in opened.of("ratings") if row["seq"] > settled}
    by_name, offices = {case["lead"], *case["members"]}, frozenset(case["offices"])
    return sorted(
        opened.who(one.id)
        for one in team
        if not one.roles.isdisjoint(MAY[Act.RECORD])
        and (one.id in by_name or not offices.isdisjoint(one.offices))
        and one.id not in rated.union(case["kept_out"])
    )


def _settled(opened: Opened) -> int:
    return max((row["seq"] for row in opened.of("assessments")), default=0)


def together(opened: Opened) -> Part | None:
    """What each member rated since the last assessment, in a table; None: nobody has."""
    settled = _settled(opened)
    rows = [row for row in opened.of("ratings") if row["seq"] > settled]
    if not rows:
        return None
    return table(
        ("Who", "Level", "Criteria met", "Able to carry it out", "Instruments", "Why"),
        [_line(opened, row) for row in rows],
    )


def _line(opened: Opened, row: Row) -> tuple[object, ...]:
    said, who = row["content"], opened.who(row["by"])
    if said.get("level") is None:
        return who, Withheld(NOT_YET), None, None, None, None
    level = cell(str(in_words(Level(said["level"]))), Tone.LEVEL)
    met = criteria_met(opened, said["level"], said)
    return who, level, met, said["ability"], instruments.gist(opened.pack, said), said["reason"]


def criteria_met(opened: Opened, level: str, said: Row) -> list[str]:
    """The criteria of a level that are met, in the pack's words, each with what supports it."""
    texts = {each.id: each.text for each in opened.pack.levels[Level(level)].criteria}
    supports = said.get("supports", {})
    return [
        f"{texts.get(met, met)} (supported by: {supports[met]})" if supports.get(met) else texts.get(met, met)
        for met in said["criteria"]
    ]


def factors(said: Row) -> list[tuple[str, str]]:
    """The factors by kind, each with who or what tells of it."""
    return [
        (
            f"{capital(kind)} factor",
            f"{factor['text']} (from {factor['source']})" if factor.get("source") else factor["text"],
        )
        for kind in FactorKind
        for factor in said["factors"]
        if factor["kind"] == kind
    ]
