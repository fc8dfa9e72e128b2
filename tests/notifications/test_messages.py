"""Every message of the registry: complete, plain, and mute on channels that are not the team's own."""

import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import ValidationError

from notifications.contexts import CaseNews, Context, Detail, PoliceAlert, StuckWork
from notifications.messages import MESSAGES, Ask, Message
from notifications.preview import preview
from notifications.rendering import ELSEWHERE, TEMPLATES, check_templates, render
from notifications.wording import WORDS, in_words
from states.errors import BadInput
from states.vocabulary import (
    CaseState,
    Clock,
    EffectKind,
    Level,
    MeetingKind,
    PlanKind,
    PlanTopic,
    ReferralKind,
)
from tests.walking import ROUTED

#: what the team concluded, planned or recommended: not fit for a channel outside the team's own
TELLING = re.compile(
    "risk|counsel|charges|crimin|disciplin|handbook|reintegrat|debrief|refer|police|prosecut|conduct|support"
    "|closed|inquiry|severe|extreme|elevated|monitor|level",
    re.IGNORECASE,
)

every_message = pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())


def texts(detail: Detail) -> list[str]:
    """Every piece of text that a detail holds, as a template would print it."""
    found: list[str] = []
    for _, value in detail:
        found += [str(in_words(part)) for part in (value if isinstance(value, tuple) else (value,))]
    return found


@every_message
def test_every_message_has_a_subject_a_text_and_a_page_with_the_link(message: Message) -> None:
    """A recipient always learns what it is about, who sent it, whom to call and where to go on."""
    rendered = render(message.name, message.sample, own_channel=True)
    assert rendered.subject
    for body in (rendered.text, rendered.html):
        assert message.sample.link in body
        assert message.sample.institution in body
        assert message.sample.phone in body
        assert "You receive this because" in body
    assert rendered.html.startswith("<!doctype html>")
    assert "{" not in rendered.text


@every_message
@pytest.mark.clause("W-39")
def test_a_channel_that_is_not_the_teams_own_gets_no_content(message: Message) -> None:
    """Only the case number, the link, a time and what is asked leave the institution."""
    rendered = render(message.name, message.sample, own_channel=False)
    everything = rendered.subject + rendered.text + re.sub("(?s)<style>.*</style>", "", rendered.html)
    plain = everything.replace("Threat Assessment Team", "")
    assert not TELLING.findall(plain)
    for text in texts(message.sample.detail):
        assert len(text) < 3 or text not in plain
    assert message.sample.link in rendered.text
    assert message.sample.link in rendered.html
    if message.sample.case_number:
        assert message.sample.case_number in rendered.subject


@every_message
def test_a_marker_in_any_detail_field_shows_on_own_channels_only(message: Message) -> None:
    """The detail reaches the team, and reaches nobody else: not by a field somebody adds tomorrow either."""
    lines = [n for n, field in type(message.sample.detail).model_fields.items() if field.annotation is str]
    marked = message.sample.detail.model_copy(update={name: f"MARK-{name}" for name in lines})
    context = message.sample.model_copy(update={"detail": marked})
    own = render(message.name, context, own_channel=True)
    foreign = render(message.name, context, own_channel=False)
    for name in lines:
        assert f"MARK-{name}" in own.text
        assert f"MARK-{name}" in own.html
    assert "MARK-" not in foreign.subject + foreign.text + foreign.html


@every_message
def test_the_level_never_stands_in_a_subject(message: Message) -> None:
    """Subjects show on locked screens, so they name the case and the ask, never the assessment."""
    subject = render(message.name, message.sample, own_channel=True).subject
    assert not any(str(in_words(level)) in subject for level in Level)


def test_every_message_has_both_templates_and_every_template_its_message() -> None:
    """The registry and the folder name the same messages."""
    pairs = {f"{name}.{ending}.jinja" for name in [*MESSAGES, ELSEWHERE] for ending in ("txt", "html")}
    assert {path.name for path in TEMPLATES.iterdir()} == pairs | {"layout.html.jinja", "signature.txt.jinja"}


def test_the_shipped_templates_also_render_without_what_is_optional() -> None:
    """No message depends on a level, a time or a case that may not be known yet."""
    check_templates()


def details() -> set[type[Detail]]:
    """Every kind of detail, and what those are made of."""
    found, kinds = set[type[Detail]](), [Detail]
    while kinds:
        kind = kinds.pop()
        found.add(kind)
        kinds += kind.__subclasses__()
    return found - {Detail}


def test_no_context_has_a_field_for_a_name_or_a_narrative() -> None:
    """A message cannot tell what it was never given (W-39)."""
    allowed = (
        "active approver attempts by_level case_number clock closed concluded due effect handbook happened "
        "items kind last_review late level needed needs next_step number office opened others place plan "
        "site state template term topic total unit"
    )
    fields = {name for detail in details() for name in detail.model_fields}
    assert fields == set(allowed.split())
    assert set(Context.model_fields) == {
        "institution",
        "phone",
        "link",
        "case_number",
        "when",
        "urgent",
        "detail",
    }


@pytest.mark.clause("W-13")
def test_the_police_are_asked_to_call_now_wherever_they_are_reached() -> None:
    """An Extreme assessment goes out urgent, with the number to call in the subject, on any channel."""
    message = MESSAGES["alert_police"]
    for own_channel in (True, False):
        rendered = render(message.name, message.sample, own_channel=own_channel)
        assert rendered.urgent
        assert message.sample.phone in rendered.subject
        assert "now" in rendered.text


@pytest.mark.clause("W-14")
def test_the_police_alert_names_the_site() -> None:
    """Police who serve several campuses see which one needs them."""
    context = MESSAGES["alert_police"].sample.model_copy(
        update={"detail": PoliceAlert(level=None, site="Example Valley campus")}
    )
    rendered = render("alert_police", context, own_channel=True)
    assert "Example Valley campus" in rendered.text
    assert "raised an alarm" in rendered.text


@pytest.mark.clause("W-44")
@pytest.mark.parametrize("kind", ROUTED)
def test_a_referral_recommends_and_does_not_prescribe(kind: ReferralKind) -> None:
    """Whoever gets a referral reads that the decision is theirs."""
    name = f"referral_{kind}"
    rendered = render(name, MESSAGES[name].sample, own_channel=True)
    for body in (rendered.text, rendered.html):
        assert "recommends" in body
        assert "This is a recommendation." in body
        assert "does not prescribe discipline or treatment" in body


@pytest.mark.clause("W-22")
def test_a_conduct_referral_names_the_handbook() -> None:
    """A recommendation of disciplinary action says under which handbook."""
    assert (
        "Student Handbook"
        in render("referral_conduct", MESSAGES["referral_conduct"].sample, own_channel=True).text
    )


@pytest.mark.clause("W-27")
def test_a_disposition_notice_tells_the_reporter_no_outcome() -> None:
    """The reporter learns that the matter is concluded, and nothing of what was found."""
    rendered = render("disposition_notice", MESSAGES["disposition_notice"].sample, own_channel=True)
    assert "March 3, 2026" in rendered.text
    assert not any(str(in_words(level)) in rendered.text for level in Level)


@pytest.mark.clause("W-34")
def test_the_semester_report_is_made_of_counts() -> None:
    """Every level and its count is there, in order, and no case number."""
    rendered = render("semester_report", MESSAGES["semester_report"].sample, own_channel=True)
    lines = re.findall(r"^ +(.+): +(\d+)$", rendered.text, re.MULTILINE)
    assert [label for label, _ in lines][-6:] == [str(in_words(level)) for level in Level]
    assert "TAT-" not in rendered.text


@pytest.mark.parametrize("vocabulary", [Clock, EffectKind, MeetingKind, PlanKind, PlanTopic, ReferralKind])
def test_every_term_a_message_may_print_has_words(vocabulary: type[StrEnum]) -> None:
    """No recipient reads `verbal_follow_up`."""
    assert set(WORDS[vocabulary]) == set(vocabulary)


@pytest.mark.parametrize("clock", Clock)
def test_a_reminder_names_its_clock_in_plain_words(clock: Clock) -> None:
    """Every clock of the process can be reminded of."""
    sample = MESSAGES["reminder"].sample
    context = sample.model_copy(update={"detail": sample.detail.model_copy(update={"clock": clock})})
    assert str(WORDS[Clock][clock]) in render("reminder", context, own_channel=True).text


def test_terms_of_two_vocabularies_that_are_spelt_alike_keep_their_own_words() -> None:
    """A debrief meeting and the debrief's clock share a value, and still read differently."""
    assert str(MeetingKind.DEBRIEF) == str(Clock.DEBRIEF)
    assert in_words(MeetingKind.DEBRIEF) != in_words(Clock.DEBRIEF)


@pytest.mark.parametrize(
    ("hour", "shown"), [(0, "12:05 AM"), (9, "9:05 AM"), (12, "12:05 PM"), (23, "11:05 PM")]
)
def test_times_are_written_as_people_write_them(hour: int, shown: str) -> None:
    """Weekday, date, twelve-hour clock and zone, without a leading zero."""
    moment = datetime.fromisoformat(f"2026-03-03T{hour:02}:05:00+00:00")
    assert in_words(moment) == f"Tuesday, March 3, 2026, {shown} UTC"


def test_a_preview_shows_both_kinds_of_channel() -> None:
    """Whoever edits a template sees at once what a stranger would see."""
    shown = preview("escalation")
    own, elsewhere = shown.split("== On any other channel ==")
    assert "Elevated" in own
    assert "Elevated" not in elsewhere
    assert MESSAGES["escalation"].purpose in own


def test_an_unknown_message_is_refused_with_the_names_there_are() -> None:
    """A misspelt name is answered with the right ones."""
    with pytest.raises(BadInput, match="alert_police"):
        preview("alert_polise")


@pytest.mark.parametrize(
    ("name", "change", "lacking"),
    [
        ("team_notice", {"case_number": None}, "a case number"),
        ("meeting_invitation", {"when": None}, "a time"),
        ("team_notice", {"detail": StuckWork(effect=EffectKind.REMIND, attempts=1)}, "CaseNews"),
    ],
)
def test_a_context_that_does_not_fit_is_refused(name: str, change: dict[str, object], lacking: str) -> None:
    """A message without its case or time is never sent."""
    with pytest.raises(BadInput, match=lacking):
        render(name, MESSAGES[name].sample.model_copy(update=change), own_channel=False)


@pytest.mark.parametrize(
    "change",
    [
        {"link": "javascript:alert(1)"},
        {"link": 'https://tat.example.edu/"onmouseover="x'},
        {"phone": " \x00 "},
        {"when": datetime(2026, 3, 3, 14, 0)},  # noqa: DTZ001 - the missing zone is the point
        {"subject_name": "Pat Placeholder"},
    ],
)
def test_a_context_takes_no_bad_link_no_time_without_zone_and_no_extra_field(
    change: dict[str, object],
) -> None:
    """What cannot be sent is refused early, and the refusal does not repeat it."""
    given = dict(MESSAGES["reminder"].sample) | change
    with pytest.raises(ValidationError) as refused:
        Context.model_validate(given)
    assert "Placeholder" not in str(refused.value)
    assert "alert(1)" not in str(refused.value)


def test_a_detail_keeps_its_class_inside_a_context() -> None:
    """The context does not flatten a message's own detail."""
    news = CaseNews(
        happened="It was opened.", state=CaseState.INQUIRY, level=None, next_step="The team meets."
    )
    assert MESSAGES["team_notice"].sample.model_copy(update={"detail": news}).detail is news
    assert Context.model_validate(dict(MESSAGES["team_notice"].sample) | {"detail": news}).detail is news


def test_every_ask_is_used() -> None:
    """What a stranger may be asked is a short list, and all of it is real."""
    assert {message.ask for message in MESSAGES.values()} == set(Ask)


def test_no_template_prints_a_value_as_safe_html() -> None:
    """Nothing shipped switches escaping off."""
    for path in TEMPLATES.iterdir():
        assert not re.search(r"\|\s*safe|autoescape", Path(path).read_text(encoding="utf-8"))
