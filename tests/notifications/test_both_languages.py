"""Whoever is not on the team reads a message in English and in Spanish: neither says less than the other."""

import itertools
import re
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from notifications.messages.message import Message
from notifications.messages.registry import MESSAGES
from notifications.messages.rendering import ELSEWHERE, TEMPLATES, render
from notifications.messages.spanish import WORDS_ES, in_spanish
from states.vocabulary.danger import Danger

#: messages that somebody outside the team may read
OUTSIDE = [each for each in MESSAGES.values() if each.in_both]

#: what a Spanish sentence does not have; offices and sites are called what they are called
ENGLISH = re.compile(r"\b(?:the|you|your|and|is|was|it|this|not|case|please|about)\b", re.IGNORECASE)

#: where the Spanish of a text begins
BEGINS = "-- Español --"

outside = pytest.mark.parametrize("message", OUTSIDE, ids=lambda each: each.name)


def source(name: str, ending: str) -> str:
    """A shipped template."""
    (file,) = TEMPLATES.rglob(f"{name}.{ending}.jinja")
    return file.read_text(encoding="utf-8")


def told(template: str) -> set[str]:
    """What a part of a template tells, by name; of a link there is one in either language."""
    return set(re.findall(r"detail\.\w+|\b(?:when|phone|case_number)\b", template))


def block(page: str, name: str) -> str:
    """What a template writes into a block of its page."""
    return page.partition("{% block " + name + " %}")[2].partition("{% endblock %}")[0]


def spanish_of(page: str) -> str:
    """What a page says in Spanish, without its tags."""
    parts = re.findall(r'<(td|p|span) lang="es"[^>]*>(.*?)</\1>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", " ".join(said for _, said in parts))


def test_offices_police_and_reporters_are_among_them() -> None:
    """Whoever answers by a link is not on the team, or need not be; whoever signs in reads English."""
    names = {each.name for each in OUTSIDE}
    assert names >= {"alert_police", "police_notice", "handover", "conveyance", "link_code", "referral_link"}
    assert names >= {"referral_conduct", "referral_other", "disposition_notice", "reporter_question"}
    for name in set(MESSAGES) - names:
        for own in (True, False):
            rendered = render(name, MESSAGES[name].sample, own_channel=own)
            assert 'lang="es"' not in rendered.html
            assert BEGINS not in rendered.text


@pytest.mark.parametrize("name", [each.name for each in OUTSIDE if each.name != "alert_brief"])
def test_the_spanish_tells_what_the_english_tells(name: str) -> None:
    """Every fact of a message stands in both of its parts, on the page and in the text."""
    page, (english, _, spanish) = source(name, "html"), source(name, "txt").partition(BEGINS)
    body = english.partition("\n")[2]
    assert spanish, "no Spanish"
    assert told(body) <= told(spanish.partition("You receive this")[0])
    assert told(block(page, "heading") + block(page, "body")) <= told(block(page, "spanish"))


@outside
def test_a_message_to_the_outside_is_whole_in_spanish(message: Message) -> None:
    """On any channel: what is to be done, the button, why it came and who sent it; no English in between."""
    for own in (True, False):
        rendered = render(message.name, message.sample, own_channel=own)
        said = spanish_of(rendered.html)
        assert len(said) > 200
        assert "Lo recibe porque" in said
        assert "Enviado por" in said
        assert message.sample.phone in said
        for place in ("Student Affairs", "Academic Affairs", "Main campus", "North campus"):
            said = said.replace(place, "")
        assert ENGLISH.findall(said) == []
        if message.name != "alert_brief":
            text = rendered.text.partition(BEGINS)[2].partition("You receive this")[0]
            for place in ("Student Affairs", "Academic Affairs"):
                text = text.replace(place, "")
            assert text
            assert ENGLISH.findall(text.replace(message.sample.link, "")) == []


@outside
def test_its_subject_is_in_both(message: Message) -> None:
    """Whoever reads no English sees in the list of their mail what it is, and that it is urgent."""
    for own, urgent in itertools.product((True, False), (True, False)):
        context = message.sample.model_copy(update={"urgent": urgent})
        subject = render(message.name, context, own_channel=own).subject
        assert " / " in subject, subject
        for english, spanish in (("Urgent", "Urgente"), ("EMERGENCY", "EMERGENCIA"), ("call", "llame")):
            assert (re.search(rf"\b{english}\b", subject) is None) == (spanish not in subject), subject


def test_the_subject_of_an_alert_ends_with_what_can_be_left_out() -> None:
    """Where it is too long, the number to call and the case stay; the body has all dangers in both."""
    sample = MESSAGES["alert_police"].sample
    every = sample.detail.model_copy(update={"dangers": tuple(Danger)})
    subject = render("alert_police", sample.model_copy(update={"detail": every}), own_channel=True).subject
    assert subject.endswith("…")
    assert f"call now / llame ya {sample.phone} ({sample.case_number}): weapon" in subject


def test_a_short_alert_says_in_spanish_what_to_do() -> None:
    """There is no room for more; the page behind its link is in both."""
    sample = MESSAGES["alert_brief"].sample
    text = render("alert_brief", sample, own_channel=False).text
    assert f"EMERGENCIA: llame ya al {sample.phone}" in text


def test_what_leaves_the_institution_says_in_spanish_whether_an_account_is_needed() -> None:
    """Nobody outside goes looking for one."""
    for ending in ("txt", "html"):
        assert "o necesita una cuenta" in source(ELSEWHERE, ending)


def test_a_time_is_written_as_spanish_writes_it() -> None:
    """By its day of the week, by 24 hours, by the clock of the site."""
    assert in_spanish(datetime(2026, 3, 3, 14, 5, tzinfo=UTC)) == "martes 3 de marzo de 2026, 14:05 UTC"
    assert in_spanish(date(2026, 3, 5)) == "jueves 5 de marzo de 2026"
    assert in_spanish(None) == "aún no se sabe"


@pytest.mark.parametrize("vocabulary", WORDS_ES, ids=lambda each: each.__name__)
def test_every_term_of_such_a_message_has_spanish_words(vocabulary: type[StrEnum]) -> None:
    """A term that is added tomorrow does not go out in English."""
    assert set(WORDS_ES[vocabulary]) == set(vocabulary)
