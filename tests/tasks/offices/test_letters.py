"""A letter shows names in every script, and is refused where it could only print boxes."""

from dataclasses import replace

import pytest

from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.vocabulary.people import IdentifierKind
from tasks.offices.letter import typefaces
from tasks.offices.letter.writing import pdf
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
