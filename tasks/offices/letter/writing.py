"""Writing a referral's letter as a PDF, for people.

==========================  =========  ==========================================================
code                        permanent  what happened
==========================  =========  ==========================================================
``letter_unprintable``      yes        it holds a script that no font here shows; nothing was sent
``letter_not_made``         no         its template or its fonts cannot be read; nothing was sent
==========================  =========  ==========================================================
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from notifications.messages.spanish import in_spanish
from notifications.messages.wording import in_words
from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.store.threads import AT_ONCE, in_threads
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import IdentifierKind
from tasks.offices.letter import spanish

#: the letter's template, in Typst's own language; what is written into it is data and never markup
TEMPLATE = Path(__file__).parent / "letter.typ"

#: what a letter says that it is
TITLES: Mapping[ReferralKind, str] = {
    ReferralKind.CONDUCT: "Recommendation to consider action under the {handbook}",
    ReferralKind.COUNSELLING: "Referral for professional counseling",
    ReferralKind.PROSECUTION: "Recommendation to consider criminal charges",
    ReferralKind.SOCIAL_SERVICES: "Referral for support services",
    ReferralKind.PROTECTIVE_ORDER: "Copy of a protective order",
    ReferralKind.OTHER: "Recommendation of the threat assessment team",
}

#: what a letter says below its text
OF_A_RECOMMENDATION = (
    "This is a recommendation. Whether to act on it, and how, is for {office} to decide; the team does not "
    "prescribe discipline or treatment, and its own work on the case goes on either way."
)
OF_AN_ORDER = (
    "This is what the team has on file of the order, so that it can be enforced and those whom it protects "
    "can be kept safe. Please say that you have received it."
)

#: how a letter calls what somebody is known by
LABELS: Mapping[IdentifierKind, str] = {
    IdentifierKind.NAME: "Name",
    IdentifierKind.CAMPUS_ID: "Campus ID",
    IdentifierKind.EMPLOYEE_ID: "Employee ID",
    IdentifierKind.EMAIL: "E-mail",
    IdentifierKind.PHONE: "Phone",
}


async def pdf(letter: Letter) -> bytes:
    """A letter as a PDF; the same letter always gives the same bytes.

    Args:
        letter: the letter.

    Raises:
        StepFailed: ``letter_unprintable``: a box where a name should be is worse than no letter;
            ``letter_not_made``.
    """
    return await typeset(TEMPLATE, "letter", _shown(letter))


async def typeset(template: Path, name: str, shown: dict[str, object]) -> bytes:
    """What a template makes of data, as a PDF; the same data always gives the same bytes.

    Args:
        template: in Typst's own language.
        name: what the template calls its data.
        shown: the data.

    Raises:
        StepFailed: as :func:`pdf`.
    """
    with suppress(OSError):
        return await in_threads("letters", AT_ONCE, _compile, template, name, shown)
    raise StepFailed("letter_not_made")


def _compile(template: Path, name: str, shown: dict[str, object]) -> bytes:
    # Whoever prints no letter does without fonts and what sets them.
    import typst  # noqa: PLC0415

    from tasks.offices.letter import typefaces  # noqa: PLC0415

    data = json.dumps(shown | {"fonts": typefaces.FAMILIES}, ensure_ascii=False)
    if typefaces.unprintable(data):
        raise StepFailed("letter_unprintable", permanent=True)
    made: bytes = typst.compile(
        template.read_bytes(),
        sys_inputs={name: data},
        font_paths=typefaces.fonts(),
        ignore_system_fonts=True,
    )
    return made


def _shown(letter: Letter) -> dict[str, object]:
    order = letter.kind is ReferralKind.PROTECTIVE_ORDER
    known = {**letter.subject, **letter.contact}
    title = TITLES[letter.kind].format(handbook=letter.handbook or "rules that apply")
    return {
        "title": title,
        "heading": "The order" if order else "What the team recommends",
        "closing": OF_AN_ORDER if order else OF_A_RECOMMENDATION.format(office=letter.office_name),
        "asks": "have received this" if order else "have received this, take it up, or decline",
        "institution": letter.institution,
        "office": letter.office_name,
        "number": letter.case_number,
        "written": in_words(letter.written_at.date()),
        "answer_by": in_words(letter.answer_by),
        "subject": [[label, known[kind]] for kind, label in LABELS.items() if kind in known],
        "recommendation": [part.strip() for part in letter.recommendation.split("\n\n") if part.strip()],
        "phone": letter.phone,
        "link": letter.link,
        "spanish": _in_spanish(letter, order=order),
    }


def _in_spanish(letter: Letter, *, order: bool) -> dict[str, object]:
    """What the letter's second part says: all but what the team wrote, which stands in its own words."""
    known = {**letter.subject, **letter.contact}
    closing = spanish.OF_AN_ORDER if order else spanish.OF_A_RECOMMENDATION
    return {
        "title": spanish.TITLES[letter.kind].format(handbook=letter.handbook or spanish.RULES),
        "heading": "La orden" if order else "Lo que recomienda el equipo",
        "closing": closing.format(office=letter.office_name),
        "asks": "recibieron esto" if order else "recibieron esto, se hacen cargo o lo rechazan",
        "written": in_spanish(letter.written_at.date()),
        "answer_by": in_spanish(letter.answer_by),
        "subject": [[label, known[kind]] for kind, label in spanish.LABELS.items() if kind in known],
    }
