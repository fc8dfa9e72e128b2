"""A reporter who asked for privacy is named to whoever needs it, and talked with before it is given up."""

from datetime import timedelta

import pytest

from states.access import REPORTER, Actor
from states.casebook import Casebook
from states.casebook.disclosing import disclosures
from states.casebook.inquiry import assessing, triage
from states.casebook.reading import whole_case
from states.casebook.rearranging import corrections, moving, withdrawing
from states.casebook.rounds import sweeping
from states.casebook.standing import privacy, reprisal
from states.casebook.team import members
from states.contents.content import Person
from states.contents.reports import PrivacyTalkContent, ReprisalContent, SubjectContent
from states.errors import BadInput, NotPermitted, Refused
from states.gate import Outgoing
from states.vocabulary.cases import Level, ReprisalWord
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.sources import LegalBasis
from tests.cases.walking import Walk
from tests.states.looking import owed, verified


def talked(book: Casebook) -> PrivacyTalkContent:
    """A talk that was had an hour ago."""
    return PrivacyTalkContent(
        talked_at=book.clock() - timedelta(hours=1), told="A court asks.", said="I would rather not."
    )


def named(walk: Walk, number: str, by: Actor) -> str:
    """Who made the report, as somebody is shown it."""
    (report,) = whole_case.dossier(walk.book, number, by=by)["reports"]
    return str(report["content"]["reporter"]["name"])


@pytest.mark.clause("W-40")
def test_a_private_reporter_is_named_to_the_chair_and_intake_alone(walk: Walk) -> None:
    """Everybody else on the case reads what was reported, and not by whom: the lead, too."""
    number = walk.screened(private=True)
    triage.assign(walk.book, number, by=walk.chair, lead="dean", offices=list(walk.book.pack.offices))
    for by in (walk.chair, walk.officer):
        assert named(walk, number, by) == "invented-reporter-name"
    for member in ("dean", "nurse", "custodian"):
        by = members.actor(walk.book, member)
        assert named(walk, number, by) == "(asked for privacy)"
        assert "invented-reporter-phone" not in str(whole_case.dossier(walk.book, number, by=by))


@pytest.mark.clause("W-40")
def test_a_case_file_that_leaves_names_no_private_reporter(walk: Walk) -> None:
    """Whoever hands it out."""
    number = walk.screened(private=True)
    ordered = Outgoing(
        RecipientKind.COURT, "court", Purpose.EXPORT, LegalBasis.COURT_ORDER, frozenset({Disclosed.CASE_FILE})
    )
    opened = disclosures.export(
        walk.book, number, ordered, by=walk.chair, because="Ordered.", asked_by="invented-clerk"
    )
    assert "invented-reporter" not in str(opened)


@pytest.mark.clause("W-40", "W-58")
def test_privacy_is_given_up_after_a_talk_with_the_reporter(walk: Walk) -> None:
    """Without one on record it is refused; with it, everybody on the case reads the name."""
    number = walk.screened(private=True)
    (report,) = walk.records(number, "reports")
    with pytest.raises(Refused, match="Nobody has talked with the reporter first"):
        privacy.lift(walk.book, number, report["id"], by=walk.chair, because="A court asks.")
    nurse = members.actor(walk.book, "nurse")
    assert named(walk, number, nurse) == "(asked for privacy)"
    privacy.talk(walk.book, number, report["id"], talked(walk.book), by=walk.officer)
    with pytest.raises(Refused, match="The chair gives up"):
        privacy.lift(walk.book, number, report["id"], by=walk.officer, because="A court asks.")
    privacy.lift(walk.book, number, report["id"], by=walk.chair, because="A court asks.")
    assert named(walk, number, nurse) == "invented-reporter-name"
    (talk,) = walk.records(number, "privacy_talks")
    assert (talk["by"], talk["content"]["said"]) == ("officer", "I would rather not.")
    assert talk["lifted_at"] is not None
    with pytest.raises(Refused, match="was given up"):
        privacy.lift(walk.book, number, report["id"], by=walk.chair, because="Again.")


def test_a_talk_that_was_not_had_yet_is_none(walk: Walk) -> None:
    """Nobody writes down tomorrow's talk."""
    number = walk.reported(private=True)
    (report,) = walk.records(number, "reports")
    ahead = talked(walk.book).model_copy(update={"talked_at": walk.book.clock() + timedelta(hours=1)})
    with pytest.raises(BadInput, match="in the future"):
        privacy.talk(walk.book, number, report["id"], ahead, by=walk.officer)


def running(walk: Walk, number: str) -> set[str]:
    """The clocks about reprisal that run in a case."""
    watching = {Clock.REPRISAL_CHECK, Clock.REPRISAL}
    lines = sweeping.running(walk.book, by=walk.chair)
    return {line.clock for line in lines if line.case_number == number} & watching


def watched(walk: Walk, number: str, word: ReprisalWord, by: Actor) -> str:
    """Put something on record of whether the reporter of a case is treated badly; gives the entry's id."""
    report = walk.records(number, "reports")[-1]["id"]
    content = ReprisalContent(word=word, who="invented-witness", text="invented-reprisal")
    return reprisal.record(walk.book, number, report, content, by=by)


@pytest.mark.clause("W-41")
def test_whoever_reported_is_asked_after_the_screening_and_again_after_the_end(walk: Walk) -> None:
    """What they say stops the clock; of whoever told more than one report, one runs."""
    number = walk.reported()
    assert running(walk, number) == set(), "nobody has screened it"
    triage.screen(walk.book, number, by=walk.officer, level=Level.NONE, because="Invented.")
    assert running(walk, number) == {Clock.REPRISAL_CHECK}
    watched(walk, number, ReprisalWord.NOTHING, walk.officer)
    triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="Invented.")
    assert running(walk, number) == set(), "they were asked"
    closed = walk.closed()
    assert running(walk, closed) == {Clock.REPRISAL_CHECK}
    watched(walk, closed, ReprisalWord.NOT_ASKED, walk.officer)
    assert running(walk, closed) == set()


@pytest.mark.clause("W-41")
def test_a_reporter_without_a_way_to_be_asked_is_not_waited_for(walk: Walk) -> None:
    """They find the question on their own page."""
    assert running(walk, walk.screened(reporter=Person())) == set()


@pytest.mark.clause("W-41")
def test_until_somebody_acted_a_clock_asks_for_it_and_then_the_reporter_is_asked_again(
    walk: Walk,
) -> None:
    """Corrected to what asks nobody, it asks nobody; what is done about nothing is refused."""
    number = walk.screened()
    with pytest.raises(Refused, match="enter first"):
        watched(walk, number, ReprisalWord.ACTED, walk.officer)
    seen = watched(walk, number, ReprisalWord.SEEN, walk.officer)
    assert running(walk, number) == {Clock.REPRISAL_CHECK, Clock.REPRISAL}
    told = [each for each in owed(walk.book, number) if each == EffectKind.NOTIFY_TEAM]
    watched(walk, number, ReprisalWord.SAID, walk.officer)
    assert running(walk, number) == {Clock.REPRISAL}
    assert [each for each in owed(walk.book, number) if each == EffectKind.NOTIFY_TEAM] == told
    watched(walk, number, ReprisalWord.ACTED, walk.officer)
    assert running(walk, number) == {Clock.REPRISAL_CHECK}
    last = watched(walk, number, ReprisalWord.SEEN, walk.officer)
    put_right = {"word": "nothing", "text": ""}
    corrections.put_right(walk.book, number, last, put_right, by=walk.officer, because="Misheard.")
    assert running(walk, number) == {Clock.REPRISAL_CHECK}
    assert seen in {row["id"] for row in walk.records(number, "reprisals")}
    assert verified(walk.book).cases == 1


@pytest.mark.clause("W-40", "W-41")
def test_how_a_private_reporter_is_treated_is_read_by_whoever_may_know_them(walk: Walk) -> None:
    """Others on the case learn that it is so, and who can tell more."""
    number = walk.screened(private=True)
    watched(walk, number, ReprisalWord.SEEN, walk.officer)
    (row,) = walk.records(number, "reprisals")
    assert (row["content"]["who"], row["content"]["text"]) == ("invented-witness", "invented-reprisal")
    (row,) = whole_case.dossier(walk.book, number, by=members.actor(walk.book, "nurse"))["reprisals"]
    assert (row["word"], row["content"]["who"], row["content"]["text"]) == ("seen", "", "")
    assert set(row["withheld"]) == {"who", "noticed_on", "text"}


@pytest.mark.clause("W-41")
def test_what_is_watched_goes_where_the_report_goes(walk: Walk) -> None:
    """With both its clocks; nothing of it stays behind."""
    source, other = walk.screened(), walk.reported()
    watched(walk, source, ReprisalWord.SEEN, walk.officer)
    report = walk.records(source, "reports")[-1]["id"]
    moving.move_report(walk.book, source, report, to=other, by=walk.chair, because="Theirs.")
    assert running(walk, source) == set()
    assert running(walk, other) == {Clock.REPRISAL_CHECK, Clock.REPRISAL}
    assert [row["content"] for row in walk.records(source, "reprisals")] == [{}]
    assert walk.records(other, "reprisals")[-1]["content"]["text"] == "invented-reprisal"
    watched(walk, other, ReprisalWord.ACTED, walk.officer)
    assert running(walk, other) == {Clock.REPRISAL_CHECK}


#: somebody whom every report means, by one identifier
SUBJECT = SubjectContent(
    name="Sam Sample",
    identifiers={IdentifierKind.CAMPUS_ID: "900000001"},
    affiliations=(Affiliation.STUDENT,),
    unit="education",
    site="silver_city",
)


def asked_about(walk: Walk, number: str) -> list[str]:
    """The reports of a case whose reporters are to be asked how they are treated."""
    lines = [line for line in sweeping.running(walk.book, by=walk.chair) if line.case_number == number]
    return sorted(line.about for line in lines if line.clock == Clock.REPRISAL_CHECK)


@pytest.mark.clause("W-41")
def test_whoever_reports_once_it_is_screened_is_asked_as_well(walk: Walk) -> None:
    """A case may last a year. Of one person's reports a private one counts apart: who is whom would show."""
    number = walk.screened(subject=SUBJECT)
    asked = [walk.records(number, "reports")[-1]["id"]]
    assert asked_about(walk, number) == asked
    for further in ({"reporter": Person(name="Olga Other")}, {"private": True}):
        assert walk.reported(subject=SUBJECT, **further) == number
        asked.append(walk.records(number, "reports")[-1]["id"])
        assert asked_about(walk, number) == sorted(asked)
    assert walk.reported(subject=SUBJECT) == number
    assert asked_about(walk, number) == sorted(asked), "they are asked about their first"


@pytest.mark.clause("W-41")
def test_what_somebody_saw_keeps_nobody_from_asking_the_reporter(walk: Walk) -> None:
    """Nor does an answer that turns out to be none."""
    number = walk.reported()
    watched(walk, number, ReprisalWord.SEEN, walk.officer)
    triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because="Invented.")
    assert running(walk, number) == {Clock.REPRISAL_CHECK, Clock.REPRISAL}
    wrong = watched(walk, number, ReprisalWord.NOTHING, walk.officer)
    assert running(walk, number) == {Clock.REPRISAL}
    corrections.put_right(walk.book, number, wrong, {"word": "seen"}, by=walk.officer, because="Mistyped.")
    assert running(walk, number) == {Clock.REPRISAL_CHECK, Clock.REPRISAL}


@pytest.mark.clause("W-40", "W-41")
def test_what_a_private_reporter_said_is_taken_back_by_nobody_and_settled_by_whoever_may_know_them(
    walk: Walk,
) -> None:
    """Whoever treats them badly may be on the case."""
    number = walk.screened(private=True)
    report, nurse = walk.records(number, "reports")[-1]["id"], members.actor(walk.book, "nurse")
    with walk.book.page(number, REPORTER, None) as page:
        reprisal.told_by_reporter(page, report, "invented-reprisal")
    said = walk.records(number, "reprisals")[-1]["id"]
    for by in (nurse, walk.officer):
        with pytest.raises(Refused, match="what the reporter said themselves"):
            corrections.put_right(walk.book, number, said, {"word": "nothing"}, by=by, because="Invented.")
    for word in (ReprisalWord.ACTED, ReprisalWord.NOTHING, ReprisalWord.NOT_ASKED):
        with pytest.raises(NotPermitted, match="is not named to you"):
            watched(walk, number, word, nurse)
    watched(walk, number, ReprisalWord.SEEN, nurse)
    assert running(walk, number) == {Clock.REPRISAL}
    watched(walk, number, ReprisalWord.ACTED, walk.officer)
    assert running(walk, number) == {Clock.REPRISAL_CHECK}


@pytest.mark.clause("W-40")
def test_what_is_withheld_of_a_report_marked_false_is_guessed_by_nobody(walk: Walk) -> None:
    """It stands no more, and its reporter asked for privacy all the same."""
    number = walk.screened(private=True)
    report = walk.records(number, "reports")[-1]["id"]
    assessing.concur(walk.book, number, by=members.actor(walk.book, "dean"), about=report)
    withdrawing.mark_false(walk.book, number, report, by=walk.officer, because="Invented.")
    guess = {"reporter": {"name": "invented-reporter-name"}}
    with pytest.raises(NotPermitted, match="is withheld from you"):
        corrections.put_right(
            walk.book, number, report, guess, by=members.actor(walk.book, "nurse"), because="A guess."
        )
