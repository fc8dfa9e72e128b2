"""Break-glass: a case that one is not on, opened with a reason, told at once, reviewed by a second person."""

from datetime import timedelta

import pytest

from states.access import SYSTEM, Actor
from states.casebook.disclosing import disclosures
from states.casebook.inquiry import triage
from states.casebook.persons import searching
from states.casebook.protecting import targets
from states.casebook.reading import needs, overview, reads, timeline, whole_case
from states.casebook.reading.reads import OddReading
from states.casebook.rearranging import corrections
from states.casebook.rounds import sweeping
from states.casebook.standing.decisions import decide, recuse
from states.casebook.team import guests, members, stays
from states.casebook.team.break_glass import REFUSED, break_glass, review
from states.casebook.team.stays import Which
from states.contents.classes import FieldClass
from states.contents.inquiry import NoteContent
from states.contents.plans import TargetContent
from states.contents.team import MemberContent
from states.errors import BadInput, NoSuchCase, NotPermitted, Refused
from states.gate import Outgoing
from states.tables import Effect, Event, Stay, TeamEvent, table_of
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.people import GuestWay, Role
from states.vocabulary.sources import LegalBasis
from states.withholding import OnCase, on_case, sees
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import case, everything, newest, rows, running, verified

pytestmark = pytest.mark.clause("W-39")

WHY = "Invented emergency."


@pytest.fixture
def number(walk: Walk) -> str:
    """A case that the officer leads; the dean and the nurse are not on it."""
    number = walk.reported(private=True)
    triage.assign(walk.book, number, by=walk.chair, lead="officer", offices=["university_police"])
    return number


def now(walk: Walk, member: str = "dean") -> Actor:
    """Somebody as they ask now."""
    return members.actor(walk.book, member)


def test_a_member_reads_a_case_for_as_long_as_the_policy_says_and_writes_nothing(
    walk: Walk, watch: Watch, number: str
) -> None:
    """From the moment on that it is over, there is no such case for them."""
    with pytest.raises(NoSuchCase):
        whole_case.dossier(walk.book, number, by=now(walk))
    until = break_glass(walk.book, number, by=now(walk), because=WHY)
    assert until == watch() + walk.book.pack.break_glass.lasts.delta
    assert [line.number for line in overview.cases(walk.book, by=now(walk))] == [number]
    assert searching.search(walk.book, number, by=now(walk))
    assert timeline.timeline(walk.book, number, by=now(walk))
    for write in (
        lambda: triage.note(walk.book, number, NoteContent(text="x"), by=now(walk)),
        lambda: triage.assign(walk.book, number, by=now(walk), lead="dean", offices=["academic_affairs"]),
        lambda: targets.add(walk.book, number, TargetContent(name="x"), by=now(walk)),
    ):
        with pytest.raises(NotPermitted):
            write()
    watch.now = until
    assert overview.cases(walk.book, by=now(walk)) == []
    with pytest.raises(NoSuchCase):
        whole_case.dossier(walk.book, number, by=now(walk))
    sweeping.sweep(walk.book, by=SYSTEM)
    assert case(walk.book, number).guests == {}
    verified(walk.book)


def test_what_stays_withheld_from_whoever_broke_the_glass(walk: Walk, number: str) -> None:
    """The name of a reporter who asked for privacy; what protects people is theirs to see."""
    targets.add(walk.book, number, TargetContent(name="Tess Sample", phone="555-0199"), by=walk.officer)
    break_glass(walk.book, number, by=now(walk), because=WHY)
    opened = whole_case.dossier(walk.book, number, by=now(walk))
    assert opened["reports"][0]["content"]["reporter"]["name"] == "(asked for privacy)"
    assert opened["targets"][0]["content"]["phone"] == "555-0199"
    assert on_case(now(walk), case(walk.book, number)) == {OnCase.ONLOOKER}
    unseen = {of for of in FieldClass if not sees({OnCase.ONLOOKER}, of)}
    assert unseen == {FieldClass.REPORTER, FieldClass.COUNSELLING, FieldClass.CONFLICT}


def test_whoever_chairs_is_told_at_once(walk: Walk, number: str) -> None:
    """And the deputy, where the chair is kept out."""
    break_glass(walk.book, number, by=now(walk), because=WHY)
    assert _told(walk, number) == ["chair"]
    other = walk.reported(reporter={"name": "invented-chair-name"})
    (stand_in, *_) = case(walk.book, other).stand_ins
    triage.assign(walk.book, other, by=now(walk, stand_in), lead="officer", offices=["university_police"])
    break_glass(walk.book, other, by=now(walk, "nurse"), because=WHY)
    assert _told(walk, other) == [stand_in]
    assert "glass_broken" in walk.book.pack.news.at_once


def _told(walk: Walk, number: str) -> list[str]:
    effects = table_of(Effect)
    of_case = case(walk.book, number).id
    found = rows(walk.book, Effect, effects.c.case_id == of_case, effects.c.kind == EffectKind.NOTIFY_TEAM)
    with walk.book.store.read() as connection:
        key = walk.book.key(connection, of_case)
    said = [key.open("effects", row.id, row.payload) for row in found]
    return [who for each in said if each.get("trigger") == "glass_broken" for who in each["only"]]


def test_for_whoever_is_kept_out_it_is_as_if_there_were_no_case(walk: Walk, number: str) -> None:
    """Declared, or because of what they are in it: the same words as for a number that nobody gave."""
    decide(walk.book, number, "nurse", by=walk.chair, keep_out=True, because="Invented reason.")
    targets.add(walk.book, number, TargetContent(name="invented-dean-name"), by=walk.officer)
    before = everything(walk.book)
    said = set()
    for member in ("nurse", "dean"):
        for each in (number, "TAT-1999-0001"):
            with pytest.raises(NoSuchCase) as refused:
                break_glass(walk.book, each, by=now(walk, member), because=WHY)
            said.add(str(refused.value))
    assert len(said) == 1
    assert everything(walk.book) | {"team_events": before["team_events"]} == before


def test_a_refused_try_is_on_record_alike_whether_there_is_a_case_or_not(walk: Walk, number: str) -> None:
    """In the team's chain, with who and the number that they gave; a name that somebody gives is left out."""
    decide(walk.book, number, "nurse", by=walk.chair, keep_out=True, because="Invented reason.")
    head = case(walk.book, number).seq
    tried = (("nurse", number), ("nurse", "TAT-1999-0001"), ("operator", number), ("nurse", "Sam Sample"))
    for member, given in tried:
        with pytest.raises(NotPermitted):
            break_glass(walk.book, given, by=now(walk, member), because=WHY)
    events = rows(walk.book, TeamEvent, table_of(TeamEvent).c.what == REFUSED)
    assert [(row.actor, row.data, row.digests) for row in events] == [
        ("nurse", {"number": number}, {}),
        ("nurse", {"number": "TAT-1999-0001"}, {}),
        ("operator", {"number": number}, {}),
        ("nurse", {"number": ""}, {}),
    ]
    assert case(walk.book, number).seq == head
    lines = stays.refused_tries(walk.book, by=walk.chair)
    assert [(line.who, line.number) for line in lines] == [
        (row.actor, row.data["number"]) for row in reversed(events)
    ]
    for member in ("nurse", "operator"):
        with pytest.raises(NotPermitted):
            stays.refused_tries(walk.book, by=now(walk, member))
    verified(walk.book)


def test_whoever_is_kept_out_afterwards_sees_it_no_more(walk: Walk, number: str) -> None:
    """Who recuses themselves while the glass is broken is out at once."""
    break_glass(walk.book, number, by=now(walk), because=WHY)
    recuse(walk.book, number, by=now(walk), because="Invented reason.")
    assert overview.cases(walk.book, by=now(walk)) == []
    with pytest.raises(NoSuchCase):
        whole_case.dossier(walk.book, number, by=now(walk))


def test_some_roles_break_no_glass_and_nobody_does_where_they_need_not(walk: Walk, number: str) -> None:
    """An operator, an auditor, an expert; and not without a reason."""
    for role in (Role.AUDITOR, Role.EXPERT, Role.ADMINISTRATOR):
        content = MemberContent(name=f"invented-{role}", address=f"{role}@wnmu.example")
        members.enrol(walk.book, role, content, by=walk.chair, roles=[role])
    for member in ("operator", "auditor", "expert", "administrator", "custodian"):
        with pytest.raises(NotPermitted):
            break_glass(walk.book, number, by=now(walk, member), because=WHY)
    before = everything(walk.book)
    for member in ("chair", "officer"):
        with pytest.raises(Refused, match="as it is"):
            break_glass(walk.book, number, by=now(walk, member), because=WHY)
    with pytest.raises(BadInput, match="needs a reason"):
        break_glass(walk.book, number, by=now(walk), because=" ")
    assert everything(walk.book) == before


def test_every_reading_is_marked_and_odd_to_whoever_audits(walk: Walk, number: str) -> None:
    """Those of whoever is on the case are not."""
    break_glass(walk.book, number, by=now(walk), because=WHY)
    whole_case.dossier(walk.book, number, by=now(walk))
    searching.search(walk.book, number, by=now(walk))
    whole_case.dossier(walk.book, number, by=now(walk, "officer"))
    events = rows(walk.book, Event, table_of(Event).c.what == "read")
    through = {(row.actor, row.data.get("through")) for row in events}
    assert through == {("dean", GuestWay.BREAK_GLASS), ("officer", None)}
    lines = reads.readings(
        walk.book, by=walk.chair, since=walk.book.clock() - timedelta(days=1), odd_only=True
    )
    assert [(line.who, line.odd) for line in lines] == [("dean", (OddReading.BREAK_GLASS,))]


def test_a_second_person_says_afterwards_whether_it_was_justified(
    walk: Walk, watch: Watch, number: str
) -> None:
    """By a clock of its own; neither whoever did it nor anybody without access; and once."""
    break_glass(walk.book, number, by=now(walk), because=WHY)
    stay = newest(walk.book, Stay)
    assert Clock.BREAK_GLASS in running(walk.book, number)
    (mine,) = [one for one in needs.needs(walk.book, by=walk.chair) if one.clock is Clock.BREAK_GLASS]
    assert (mine.number, mine.owner) == (number, "chair")
    for member, refusal in (("dean", NotPermitted), ("nurse", NoSuchCase), ("operator", NotPermitted)):
        with pytest.raises(refusal):
            review(walk.book, number, stay, by=now(walk, member), justified=True, because=WHY)
    with pytest.raises(BadInput, match="needs a reason"):
        review(walk.book, number, stay, by=walk.chair, justified=True, because="")
    watch.forward(hours=60)
    (late,) = [one for one in needs.needs(walk.book, by=walk.chair) if one.clock is Clock.BREAK_GLASS]
    assert late.due_at < watch()
    review(walk.book, number, stay, by=walk.chair, justified=True, because="Invented finding.")
    with pytest.raises(Refused, match="already"):
        review(walk.book, number, stay, by=now(walk, "custodian"), justified=False, because=WHY)
    assert Clock.BREAK_GLASS not in running(walk.book, number)
    (line,) = guests.listed(walk.book, number, by=walk.chair)
    assert (line.reviewed_by, line.justified, line.review) == ("chair", True, "Invented finding.")
    (seen,) = guests.listed(walk.book, number, by=now(walk, "officer"))
    assert (seen.justified, seen.review) == (True, "")
    verified(walk.book)


def test_nobody_reviews_themselves_under_another_id(walk: Walk, number: str) -> None:
    """Two ids with one mailbox are one person's."""
    break_glass(walk.book, number, by=now(walk), because=WHY)
    known = next(content for who, content in members.members(walk.book, by=walk.chair) if who.id == "dean")
    content = MemberContent(name="invented-other-name", address=known.address)
    members.enrol(
        walk.book, "other", content, by=walk.chair, offices=["student_affairs"], roles=[Role.CUSTODIAN]
    )
    with pytest.raises(Refused, match="one person's ids"):
        review(walk.book, number, newest(walk.book, Stay), by=now(walk, "other"), justified=True, because=WHY)


def test_what_was_not_justified_is_over(walk: Walk, number: str) -> None:
    """Whoever broke the glass sees the case no more."""
    break_glass(walk.book, number, by=now(walk), because=WHY)
    review(walk.book, number, newest(walk.book, Stay), by=walk.chair, justified=False, because=WHY)
    assert overview.cases(walk.book, by=now(walk)) == []
    verified(walk.book)


def test_one_list_has_everybody_who_was_let_to_a_case_for_a_time(walk: Walk, watch: Watch) -> None:
    """Those who audit see every case's, whoever opened one sees their own, and nobody what is hidden."""
    first, second = (walk.reported() for _ in range(2))
    for each in (first, second):
        triage.assign(walk.book, each, by=walk.chair, lead="officer", offices=["university_police"])
    until = watch() + timedelta(days=3)
    guests.invite(walk.book, first, "nurse", by=walk.chair, until=until, because=WHY)
    watch.forward(minutes=1)
    ends = break_glass(walk.book, second, by=now(walk), because=WHY)
    member = MemberContent(name="invented-auditor", address="auditor@wnmu.example")
    members.enrol(walk.book, "auditor", member, by=walk.chair, roles=[Role.AUDITOR])
    every = [(second, "dean", ends, False, None), (first, "nurse", until, False, None)]
    seen = {"chair": every, "custodian": every, "auditor": every, "dean": every[:1]}
    seen |= {"officer": [], "nurse": []}
    for who, lines in seen.items():
        assert _stays(walk, who) == lines, who
    assert [line.may_review for line in stays.stays(walk.book, by=walk.chair)] == [True, False]
    assert not any(line.may_review for line in stays.stays(walk.book, by=now(walk, "auditor")))
    with pytest.raises(NotPermitted):
        _stays(walk, "operator")
    review(walk.book, second, newest(walk.book, Stay), by=walk.chair, justified=False, because=WHY)
    assert _stays(walk, "dean") == [(second, "dean", ends, True, False)]
    assert _stays(walk, "chair", Which.TO_REVIEW) == []
    assert _stays(walk, "chair", Which.NOW) == every[1:]
    decide(walk.book, second, "dean", by=walk.chair, keep_out=True, because="Invented reason.")
    assert _stays(walk, "dean") == []
    recuse(walk.book, first, by=walk.chair, because="Invented reason.")
    assert [line[0] for line in _stays(walk, "chair")] == [second]
    # The deputy stands in for the chair there.
    assert [line[0] for line in _stays(walk, "dean")] == [first]


def _stays(walk: Walk, who: str, which: Which = Which.ALL) -> list[tuple[object, ...]]:
    lines = stays.stays(walk.book, by=now(walk, who), which=which)
    return [(line.number, line.member, line.until, line.is_over, line.justified) for line in lines]


def test_whoever_broke_the_glass_hands_out_no_case_file(walk: Walk, number: str) -> None:
    """To read is not to disclose."""
    break_glass(walk.book, number, by=now(walk), because=WHY)
    ordered = Outgoing(
        RecipientKind.COURT, "court", Purpose.EXPORT, LegalBasis.COURT_ORDER, frozenset({Disclosed.CASE_FILE})
    )
    with pytest.raises(NotPermitted):
        disclosures.export(walk.book, number, ordered, by=now(walk), because="Ordered.", asked_by="a clerk")


def test_a_review_is_set_right_by_whoever_reviewed_it_or_the_chair(walk: Walk, number: str) -> None:
    """Whoever opened the case hears again what it came to; those who may not read it do not change it."""
    break_glass(walk.book, number, by=now(walk), because=WHY)
    (stay,) = walk.records(number, "stays")
    right = {"review": "invented-right", "justified": False}
    with pytest.raises(Refused, match="Nobody has reviewed"):
        corrections.put_right(walk.book, number, stay["id"], right, by=walk.chair, because="Misread.")
    review(walk.book, number, stay["id"], by=walk.chair, justified=True, because="invented-wrnog")
    with pytest.raises(NotPermitted, match="withheld"):
        corrections.put_right(walk.book, number, stay["id"], right, by=walk.officer, because="Misread.")
    with pytest.raises(NotPermitted, match="or the chair"):
        corrections.put_right(
            walk.book, number, stay["id"], {"justified": False}, by=walk.officer, because="Misread."
        )
    with pytest.raises(BadInput):
        corrections.put_right(walk.book, number, stay["id"], {"review": ""}, by=walk.chair, because="x")
    corrections.put_right(walk.book, number, stay["id"], right, by=walk.chair, because="Misread.")
    (row,) = walk.records(number, "stays")
    assert (row["content"]["review"], row["justified"]) == ("invented-right", False)
    assert row["ended_at"] is not None, "it was not justified, so it is over"
    (made,) = walk.records(number, "corrections")
    assert made["content"]["former"] == {"review": "invented-wrnog", "justified": True}
    assert verified(walk.book).cases == 1
