"""Writing a referral's letter: as data for every way, and as a PDF for people.

==========================  =========  ==========================================================
code                        permanent  what happened
==========================  =========  ==========================================================
``letter_unprintable``      yes        it holds a script that no font here shows; nothing was sent
==========================  =========  ==========================================================
"""

import json
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

from notifications.wording import in_words
from states.casebook.referral_letters import Released
from states.errors import StepFailed
from states.policy import Pack
from states.threads import AT_ONCE, in_threads
from states.vocabulary import IdentifierKind, ReferralKind
from tasks.link_paths import ANSWERS
from tasks.offices import typefaces
from tasks.offices.contract import Enclosed, Letter

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


def letter_of(
    released: Released,
    pack: Pack,
    *,
    subject: Mapping[IdentifierKind, str],
    idempotency_key: str,
    base_url: str,
) -> Letter:
    """The letter of a referral that may leave.

    Args:
        released: the referral.
        pack: the policy in force.
        subject: what the subject is known by, as far as the way needs it; how they are reached is added where
            it may leave.
        idempotency_key: the same for each repetition of one sending.
        base_url: what links begin with.
    """
    office, paper = pack.office(released.office), released.document
    zone = ZoneInfo(pack.site(released.site).timezone)
    return Letter(
        referral_id=released.referral_id,
        idempotency_key=idempotency_key,
        case_number=released.number,
        kind=released.kind,
        office=released.office,
        office_name=office.name,
        address=office.address,
        institution=pack.institution,
        phone=pack.duty_line,
        handbook=released.handbook,
        written_at=released.written_at.astimezone(zone),
        answer_by=released.answer_by.astimezone(zone),
        recommendation=released.recommendation,
        subject={**subject, **released.contact},
        observations=released.observations,
        enclosed=()
        if paper is None
        else (Enclosed(name=paper.name, media_type=paper.media_type, data=paper.data),),
        link=f"{base_url.rstrip('/')}{ANSWERS}/{released.secret}" if released.secret else "",
    )


async def pdf(letter: Letter) -> bytes:
    """A letter as a PDF; the same letter always gives the same bytes.

    Args:
        letter: the letter.

    Raises:
        StepFailed: ``letter_unprintable``: a box where a name should be is worse than no letter.
    """
    data = json.dumps(_shown(letter) | {"fonts": typefaces.FAMILIES}, ensure_ascii=False)
    return await in_threads("letters", AT_ONCE, _compile, data)


def _compile(data: str) -> bytes:
    if typefaces.unprintable(data):
        raise StepFailed("letter_unprintable", permanent=True)
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"letter": data},
        font_paths=typefaces.fonts(),
        ignore_system_fonts=True,
    )
    return made


def _shown(letter: Letter) -> dict[str, object]:
    order = letter.kind is ReferralKind.PROTECTIVE_ORDER
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
        "subject": [
            [label, letter.subject[kind]] for kind, label in LABELS.items() if kind in letter.subject
        ],
        "recommendation": [part.strip() for part in letter.recommendation.split("\n\n") if part.strip()],
        "phone": letter.phone,
        "link": letter.link,
    }
