"""The flow that closes a case out."""

from email.message import EmailMessage

import pytest

from states.access import SYSTEM
from states.casebook.closing import calls, endings
from states.casebook.effects import attempts, listing
from states.casebook.intake import reports
from states.contents.content import Person
from states.contents.reports import ReportContent, SubjectContent
from states.vocabulary.cases import ReportChannel
from states.vocabulary.effects import Clock, EffectKind, EffectStatus
from states.vocabulary.leaving import CallOutcome
from states.vocabulary.people import Affiliation, IdentifierKind
from tests.cases.walking import TEAM, Walk
from tests.installations.running import Runs
from tests.states.looking import running

REPORTER = "invented-reporter-email@people.example"


def text_of(mail: EmailMessage) -> str:
    """The text of a mail, on one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


@pytest.mark.clause("W-27")
async def test_the_reporter_learns_that_the_matter_is_concluded(walk: Walk, runs: Runs) -> None:
    """Where it may be told, it is told, without a word of what became of the person."""
    number = walk.closed()
    await runs.only(number, EffectKind.CLOSE_OUT)
    assert runs.told()[REPORTER] == ["elsewhere"]
    (mail,) = (mail for mail in runs.mail() if mail["To"] == REPORTER)
    assert "invented-disposition" not in str(mail)


@pytest.mark.clause("W-27")
async def test_a_reporter_who_may_not_be_told_is_not(walk: Walk, runs: Runs) -> None:
    """The team decides whether the disposition may be reported."""
    number = walk.closed(tell_reporter=False)
    await runs.only(number, EffectKind.CLOSE_OUT)
    assert REPORTER not in runs.told()


@pytest.mark.clause("W-28")
@pytest.mark.parametrize(
    ("affiliation", "addresses"),
    [
        (Affiliation.STUDENT, {"student.affairs@wnmu.example", "academic.affairs@wnmu.example"}),
        (Affiliation.FACULTY, {"academic.affairs@wnmu.example", "human.resources@wnmu.example"}),
        (Affiliation.STAFF, {"human.resources@wnmu.example"}),
    ],
)
async def test_follow_up_is_handed_over_to_whom_the_plan_names(
    walk: Walk, runs: Runs, affiliation: Affiliation, addresses: set[str]
) -> None:
    """A student's to Student and Academic Affairs; an employee's to the supervisor and Human Resources."""
    number = walk.closed(affiliation=affiliation)
    await runs.only(number, EffectKind.CLOSE_OUT)
    handed = {recipient for recipient, names in runs.told().items() if "handover" in names}
    assert handed == addresses
    for mail in runs.mail():
        if mail["To"] in addresses:
            body = text_of(mail)
            assert ("Follow-up passes to you" in body, "El seguimiento pasa a ustedes" in body) == (
                True,
                True,
            )
            assert "Confirme a más tardar:" in body


@pytest.mark.clause("U-06")
async def test_the_team_is_invited_to_look_back(walk: Walk, runs: Runs) -> None:
    """When it is over, a debrief is called and everybody on the case is invited."""
    number = walk.closed()
    await runs.only(number, EffectKind.CLOSE_OUT)
    invited = {recipient for recipient, names in runs.told().items() if "debrief_invitation" in names}
    assert invited == {f"invented-{member}-address@wnmu.example" for member, _, _ in TEAM}
    assert [meeting["kind"] for meeting in walk.records(number, "meetings")] == ["debrief"]


@pytest.mark.clause("W-27")
async def test_a_dismissal_is_told_to_the_reporter_alone(walk: Walk, runs: Runs) -> None:
    """Nothing was found, so nobody is named to follow up, and the reporter is pointed to no sign-in."""
    number = walk.dismissed(follow_up=(), no_follow_up_because="A misunderstanding.")
    await runs.only(number, EffectKind.CLOSE_OUT)
    assert runs.told() == {REPORTER: ["elsewhere"]}
    (mail,) = runs.mail()
    body = text_of(mail)
    assert "/reports/told/" in body
    assert "El Equipo de Evaluación de Amenazas tiene un mensaje para usted" in body
    assert "sign in" not in body


@pytest.mark.clause("W-27")
async def test_a_reporter_with_a_phone_alone_is_on_the_call_list_until_they_were_told(
    walk: Walk, runs: Runs
) -> None:
    """From a report by phone to its dismissal, the call, and a disposition that is written after it."""
    by = walk.officer
    number = walk.dismissed(
        {"reporter": Person(name="invented-caller", phone="555-0199"), "channel": ReportChannel.FORM},
        follow_up=(),
        no_follow_up_because="A misunderstanding.",
    )
    await runs.only(number, EffectKind.CLOSE_OUT)
    assert runs.told() == {}, "no mail goes to nobody"
    (line,) = calls.to_make(walk.book, by=by)
    assert (line.number, line.name, line.phone, line.say) == (
        number,
        "invented-caller",
        "555-0199",
        endings.CONCLUDED,
    )
    assert Clock.REPORTER_CALL in running(walk.book, number)
    calls.made(walk.book, number, line.call_id, CallOutcome.NOT_REACHED, by=by)
    calls.made(walk.book, number, line.call_id, CallOutcome.TOLD, by=by)
    assert calls.to_make(walk.book, by=by) == []
    assert Clock.REPORTER_CALL not in running(walk.book, number)
    assert [row["recipient_kind"] for row in walk.records(number, "disclosures")] == ["reporter"]
    walk.dispose(
        number, follow_up=(), no_follow_up_because="As before.", to_reporter="The door is mended now."
    )
    await runs.only(number, EffectKind.CLOSE_OUT)
    (again,) = calls.to_make(walk.book, by=by)
    assert again.say == f"{endings.CONCLUDED} The door is mended now."
    assert again.call_id != line.call_id


async def test_no_reporter_is_told_twice_when_another_report_comes_between_two_attempts(
    walk: Walk, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reporter's notice has a Message-ID of its own, whoever else reports meanwhile."""
    subject = SubjectContent(
        name="Sam Sample", identifiers={IdentifierKind.CAMPUS_ID: "900000001"}, site="silver_city"
    )
    number = walk.closed(subject=subject)
    finish = attempts.finish

    def die(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(attempts, "finish", die)
    await runs.only(number, EffectKind.CLOSE_OUT)
    monkeypatch.setattr(attempts, "finish", finish)
    another = ReportContent(
        behaviour_of_concern="Seen again.", subject=subject, reporter=Person(email="a.first@people.example")
    )
    assert reports.report(walk.book, another, by=walk.officer).number == number
    await runs.only(number, EffectKind.CLOSE_OUT)
    told = runs.told()
    assert (told[REPORTER], told["a.first@people.example"]) == (["elsewhere"], ["elsewhere"])


async def test_an_erased_case_owes_nothing_any_more(walk: Walk, runs: Runs) -> None:
    """Nobody can read what its effects were about: they end, and hold up no other case's."""
    number = walk.closed()
    walk.erase(number)
    owed = {line.status for line in listing.effects(walk.book, by=SYSTEM, number=number)}
    assert owed == {EffectStatus.DONE}
    assert runs.told() == {}
