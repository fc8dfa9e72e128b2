"""The instrument that the answers to its form make, or what would help in them."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, count
from typing import Any, NamedTuple

from anyascii import anyascii

from console.shown.case.asked.fields import Field, Fields, Group, Said, lacking
from states.policy.instruments import Instrument, led_astray, too_many_ways

#: the clause under which a new instrument stands: what the team may judge with
CLAUSE = "W-05"

#: characters of a code that is made from words, with room for a number behind them
_LONG = 34

#: how many of them tell other words apart that begin alike
_MARK = 4

#: a line of what something depends on, as in "3 = Yes"; and one of what tells an answer from the others
_DEPENDS = re.compile(r"(?i)(?:question\s*)?(\d{1,4})\s*[=:]\s*(.+)")
_POINT = re.compile(r"[-\u2013\u2022*]\s+(.+)")

#: what was answered in a group, by the place of each row
_Rows = Mapping[int, Mapping[str, str]]


class _Row(NamedTuple):
    """A question: its place in the form, its id, and its answers; none: it is answered in words."""

    place: int
    code: str
    grades: Sequence[Mapping[str, Any]]


def made(
    fields: Fields, said: Said, instrument: Instrument | None
) -> tuple[Instrument | None, dict[str, str]]:
    """The instrument that the answers make, or what would help, by the name of each field.

    Args:
        fields: what was asked.
        said: the answers.
        instrument: what it was before, whose ids stay; None: it is a new one.
    """
    reading = _Reading(fields, said, instrument)
    wrong = reading.wrong | lacking(fields, said)
    if wrong:
        return None, wrong
    found = Instrument.model_validate_json(json.dumps(reading.data))
    return found, _astray(found)


def code_of(text: str, taken: Collection[str]) -> str:
    """A code made from words, like none of those that are taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", anyascii(text).lower()).strip("_")[:_LONG].strip("_")
    code = plain if plain[:1].isalpha() else f"n_{plain}".strip("_")
    return next(one for one in chain([code], (f"{code}_{n}" for n in count(2))) if one not in taken)


def _id_of(text: str, taken: Collection[str]) -> str:
    """An id made from words, for what answers are kept under: other words, be they later ones, have another.

    What was taken out comes back with its id where it is worded as it was, and with it the answers on record.
    """
    mark = hashlib.sha256(text.encode()).hexdigest()[:_MARK]
    code = code_of(f"{code_of(text, ())[: _LONG - _MARK - 1]} {mark}", ())
    return code if code not in taken else code_of(code, taken)


class _Reading:
    """The answers of a form as an instrument says them, and what is wrong with them."""

    def __init__(self, fields: Fields, said: Said, instrument: Instrument | None) -> None:
        self.wrong: dict[str, str] = {}
        self._before = instrument
        groups = {each.name: each.by_place(said) for each in fields if isinstance(each, Group)}
        plain = {
            each.name: said.get(each.name, [""])[0].strip() for each in fields if isinstance(each, Field)
        }
        #: of the scale at each place, its code and its answers
        self._scales: dict[int, tuple[str, list[dict[str, Any]]]] = {}
        self._rows: list[_Row] = []
        self.data: dict[str, Any] = {
            **{name: plain[name] for name in ("title", "says", "source")},
            **({"chosen": plain["chosen"]} if plain["chosen"] else {}),
            "clause": CLAUSE if instrument is None else instrument.clause,
            "scales": self._read_scales(groups["scales"]),
            "sections": self._read_sections(groups["questions"]),
            "ends": self._read_ends(groups["ends"]),
        }

    def _read_scales(self, rows: _Rows) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for place, row in rows.items():
            name = f"scales.{place}"
            code = code_of(row.get("name", ""), ())
            if code in found:
                self.wrong[f"{name}.name"] = (
                    f"Scale {place + 1}: another scale is called like it. Rename one."
                )
            grades = self._grades(f"{name}.answers", place, row)
            self._scales[place] = (code, grades)
            found[code] = grades
        return found

    def _grades(self, name: str, place: int, row: Mapping[str, str]) -> list[dict[str, Any]]:
        before = () if self._before is None else self._before.scales.get(row.get("was", ""), ())
        ids = {_plain(each.reads): each.id for each in before}
        grades = list[dict[str, Any]]()
        for line in filter(None, (line.strip() for line in row.get("answers", "").splitlines())):
            point = _POINT.fullmatch(line)
            if point is None:
                grades.append({"reads": line})
            elif grades:
                grades[-1].setdefault("points", []).append(point[1].strip())
            else:
                self.wrong[name] = f"Scale {place + 1}: its first line has to be an answer, without a hyphen."
        if len(grades) < 2:  # noqa: PLR2004 - a scale of one answer asks nothing
            self.wrong.setdefault(name, f"Scale {place + 1}: it needs two answers at least, one to a line.")
        said = [_plain(each["reads"]) for each in grades]
        times = Counter(said)
        twice = next((each["reads"] for each in grades if times[_plain(each["reads"])] > 1), None)
        if twice is not None:
            self.wrong[name] = f"Scale {place + 1}: it has the answer “{twice}” twice. Change one of them."
        taken = {*ids.values()}
        for grade in grades:
            grade["id"] = ids.get(_plain(grade["reads"])) or _id_of(grade["reads"], taken)
            taken.add(grade["id"])
        return grades

    def _read_sections(self, rows: _Rows) -> list[dict[str, Any]]:
        sections: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        under, known = "", {} if self._before is None else {each.id: each for each in self._before.questions}
        taken = {*known}
        for place, row in rows.items():
            under = row.get("section", under)
            if not under:
                self.wrong[f"questions.{place}.section"] = (
                    f"Question {place + 1}: say in which section it stands; the next ones go on with it."
                )
            code = row.get("was", "")
            if code not in known or code in (each.code for each in self._rows):
                code = _id_of(row.get("asks", ""), taken)
                taken.add(code)
            question: dict[str, Any] = {"id": code, "asks": row.get("asks", "")}
            grades: list[dict[str, Any]] = []
            scale = row.get("scale", "")
            if scale.isdecimal() and int(scale) in self._scales:
                question["scale"], grades = self._scales[int(scale)]
            self._rows.append(_Row(place, code, grades))
            sections.setdefault(under, []).append((place, question))
        before = list[int]()
        for place, question in (each for section in sections.values() for each in section):
            when = self._depends(f"questions.{place}.when", f"Question {place + 1}", rows[place], before)
            if when:
                question["when"] = when
            before.append(place)
        return [
            {"title": title, "questions": [each for _, each in section]}
            for title, section in sections.items()
        ]

    def _read_ends(self, rows: _Rows) -> list[dict[str, Any]]:
        known = () if self._before is None else tuple(each.id for each in self._before.ends)
        taken = {*known}
        ends, used = list[dict[str, Any]](), set[str]()
        for place, row in rows.items():
            code = row.get("was", "")
            if code not in known or code in used:
                code = _id_of(row.get("title", ""), taken)
                taken.add(code)
            used.add(code)
            every = [each.place for each in self._rows]
            when = self._depends(f"ends.{place}.when", f"Outcome {place + 1}", row, every)
            end = {"id": code, "title": row.get("title", ""), "then": row.get("then", "")}
            ends.append({**end, **({"when": when} if when else {})})
        return ends

    def _depends(
        self, name: str, called: str, row: Mapping[str, str], before: Sequence[int]
    ) -> dict[str, list[str]]:
        """What something depends on, of the questions at the places before it."""
        when: dict[str, list[str]] = {}
        for line in filter(None, (line.strip() for line in row.get("when", "").splitlines())):
            typed = _DEPENDS.fullmatch(line)
            of = None if typed is None else self._on_scale(int(typed[1]) - 1, before)
            if typed is None:
                self.wrong[name] = (
                    f"{called}: “{line}” is no number of a question and an answer, as in 1 = Yes."
                )
            elif of is None:
                self.wrong[name] = (
                    f"{called}: question {typed[1]} is none that comes before it and has a scale."
                )
            elif (answer := _found(of.grades, typed[2])) is None:
                said = "; ".join(each["reads"] for each in of.grades)
                self.wrong[name] = (
                    f"{called}: question {typed[1]} has no answer “{typed[2].strip()}”. It has: {said}."
                )
            else:
                when.setdefault(of.code, []).append(answer)
        return when

    def _on_scale(self, place: int, before: Sequence[int]) -> _Row | None:
        there = (each for each in self._rows if each.place == place and place in before)
        return next((each for each in there if each.grades), None)


def _found(grades: Sequence[Mapping[str, Any]], typed: str) -> str | None:
    """The id of an answer by its words; None: there is none like it."""
    return next((each["id"] for each in grades if _plain(each["reads"]) == _plain(typed)), None)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _astray(instrument: Instrument) -> dict[str, str]:
    """What is wrong with where an instrument's answers lead, beside its first outcome."""
    at = "ends.0.when"
    if too_many_ways(instrument):
        return {at: "Outcomes: they depend on more questions than can be tried. Let fewer decide."}
    astray = led_astray(instrument)
    if astray is None:
        return {}
    answers, ends = astray
    told = "; ".join(
        f"“{question.asks}”: {instrument.reads(question, answers[question.id])}"
        for question in instrument.questions
        if question.id in answers
    )
    where = f"to {' and '.join(f'“{end.title}”' for end in ends)} at once" if ends else "to no outcome"
    if not told:
        return {at: f"Outcomes: it leads always {where}. Say after which answers each follows."}
    return {at: f"Outcomes: these answers lead {where}. {told}. Add an outcome, or correct one."}
