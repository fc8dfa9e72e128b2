"""A letter shows names in every script, and is refused where it could only print boxes."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
import typst

from console.web.languages import translated
from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import IdentifierKind
from tasks.offices.letter import spanish as in_spanish
from tasks.offices.letter import typefaces
from tasks.offices.letter.writing import LABELS, OF_A_RECOMMENDATION, TEMPLATE, TITLES, _shown, pdf
from tasks.offices.mail import SAMPLE

#: invented names, and the typeface that each is set in
IN_SCRIPTS = [
    ("Sam Sample-Nguyễn", b"LibertinusSerif"),
    ("Élodie Ñandú Ørsted Łucja Şeyma", b"LibertinusSerif"),
    ("Елена Примерова", b"LibertinusSerif"),
    ("王小明", b"NotoSansCJK"),
    ("山田 はなこ", b"NotoSansCJK"),
    ("김예시", b"NotoSansCJK"),
    ("สมชาย ใจดี", b"NotoSansThai"),
    ("አበበ በቀለ", b"NotoSansEthiopic"),
    ("محمد المثال", b"NotoSansArabic"),
    ("דוגמה כהן", b"LibertinusSerif"),
    ("राम उदाहरण", b"NotoSansDevanagari"),
    ("நமூனா", b"NotoSansTamil"),
    ("উদাহরণ", b"NotoSansBengali"),
    ("ဥပမာ", b"NotoSansMyanmar"),
    ("ឧទាហរណ៍", b"NotoSansKhmer"),
    ("ნიმუში", b"NotoSansGeorgian"),
    ("Նմուշ", b"NotoSansArmenian"),
]


def about(name: str) -> Letter:
    """An invented letter about somebody of this name."""
    return replace(SAMPLE, subject={IdentifierKind.NAME: name}, recommendation=f"Please see {name}.")


@pytest.mark.parametrize(
    ("name", "typeface"), IN_SCRIPTS, ids=[typeface.decode() for _, typeface in IN_SCRIPTS]
)
async def test_a_name_is_set_in_a_typeface_that_has_its_letters(name: str, typeface: bytes) -> None:
    """Each character is one that a font of ours shows, and the letter embeds that font."""
    assert typefaces.unprintable(name) == []
    assert typeface in await pdf(about(name))


@pytest.mark.parametrize(("name", "script"), [("བོད་", "Tibetan"), ("ᠮᠣᠩ", "Mongolian"), ("ߒߞߏ", "Nko")])
async def test_a_script_without_letters_is_refused_by_name(name: str, script: str) -> None:
    """No letter with boxes is made; the refusal is a code, and quotes nobody."""
    assert typefaces.unprintable(f"Sam Sample {name}") == [script]
    with pytest.raises(StepFailed, match=r"^letter_unprintable$") as refused:
        await pdf(about(name))
    assert refused.value.permanent


@pytest.mark.parametrize("invisible", ["\u200f", "\u2067", "\u00a0", "\n", "\ufeff"])
async def test_marks_that_nobody_sees_hold_no_letter_up(invisible: str) -> None:
    """Directions, spaces and line ends need no glyph."""
    assert (await pdf(about(f"Sam{invisible}Sample"))).startswith(b"%PDF-")


def headings(letter: Letter) -> list[str]:
    """The headings that are set on a letter's page."""
    found = typst.query(
        TEMPLATE.read_bytes(),
        "heading",
        sys_inputs={"letter": json.dumps(_shown(letter) | {"fonts": typefaces.FAMILIES})},
        font_paths=typefaces.fonts(),
        ignore_system_fonts=True,
    )
    return [each["body"]["text"] for each in json.loads(found)]


@pytest.mark.parametrize("kind", ReferralKind)
def test_a_letter_is_in_english_and_in_spanish(kind: ReferralKind) -> None:
    """Nobody knows which of the two an office reads: what it is, of whom, by when and what is asked."""
    letter = replace(SAMPLE, kind=kind, subject={IdentifierKind.NAME: "Sam Sample"}, office_name="Dr. Z")
    letter = replace(letter, recommendation="invented")
    ours = "La orden" if kind is ReferralKind.PROTECTIVE_ORDER else "Lo que recomienda el equipo"
    theirs = "The order" if kind is ReferralKind.PROTECTIVE_ORDER else "What the team recommends"
    english, spanish = TITLES[kind], in_spanish.TITLES[kind]
    handbooks = ("rules that apply", in_spanish.RULES)
    titles = [said.format(handbook=book) for said, book in zip((english, spanish), handbooks, strict=True)]
    assert headings(letter) == [titles[0], theirs, titles[1], ours]
    shown: Any = _shown(letter)["spanish"]
    assert shown["subject"] == [["Nombre", "Sam Sample"]]
    assert shown["answer_by"] == "jueves 5 de marzo de 2026, 15:00 UTC"
    assert not re.search(r"\b(?:the|this|office|team|received)\b", str(shown["closing"]) + shown["asks"])


def test_a_letter_and_the_page_behind_its_link_call_a_thing_by_one_name() -> None:
    """What it is, what somebody is known by, and what it says of itself."""
    pairs = [*((TITLES[each], in_spanish.TITLES[each]) for each in ReferralKind)]
    pairs += [(LABELS[each], in_spanish.LABELS[each]) for each in LABELS]
    pairs += [(OF_A_RECOMMENDATION, in_spanish.OF_A_RECOMMENDATION), ("rules that apply", in_spanish.RULES)]
    assert [english for english, spanish in pairs if translated("es", english) != spanish] == []
