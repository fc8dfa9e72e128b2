"""A reporter who asked for privacy is named to whoever needs it, and talked with before it is given up."""

from datetime import timedelta

import pytest

from states.access import Actor
from states.casebook import Casebook
from states.casebook.disclosing import disclosures
from states.casebook.inquiry import triage
from states.casebook.reading import whole_case
from states.casebook.standing import privacy
from states.casebook.team import members
from states.contents.reports import PrivacyTalkContent
from states.errors import BadInput, Refused
from states.gate import Outgoing
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.sources import LegalBasis
from tests.cases.walking import Walk


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
