"""Members see and write their own cases, operators none; that somebody read changes nothing."""

import pytest

from states.access import Actor
from states.casebook.inquiry import correcting, triage
from states.casebook.narrowing import Narrowed
from states.casebook.reading import overview, timeline, whole_case
from states.casebook.standing.decisions import decide
from states.casebook.team import members
from states.casebook.triggers import acting
from states.contents.reports import SubjectContent
from states.contents.team import MemberContent
from states.errors import BadInput, CaseErased, NoSuchCase, NotPermitted, UnknownRecord
from states.vocabulary.cases import Level
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.looking import case, verified


def test_a_member_sees_and_writes_only_their_own_cases(walk: Walk) -> None:
    """Need-to-know: neither list nor record nor timeline of a case that somebody is not on."""
    number = walk.reported()
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    outsider = members.actor(walk.book, "officer")
    assert number not in [line.number for line in overview.cases(walk.book, by=outsider)]
    for look in (whole_case.dossier, timeline.timeline, acting.can):
        with pytest.raises(UnknownRecord, match="no case under that number"):
            look(walk.book, number, by=outsider)
    with pytest.raises(UnknownRecord, match="no case under that number"):
        acting.act(walk.book, number, "open_inquiry", by=outsider)


@pytest.mark.clause("W-39")
def test_a_case_that_nobody_leads_is_there_for_intake_and_the_chair_alone(walk: Walk) -> None:
    """Intake reads and screens it; once somebody leads it, it is theirs who are on it."""
    number = walk.reported()
    sorting = Actor("reception", frozenset({Role.INTAKE}))
    nurse = members.actor(walk.book, "nurse")
    for look in (whole_case.dossier, timeline.timeline, acting.can):
        with pytest.raises(UnknownRecord):
            look(walk.book, number, by=nurse)
    assert overview.cases(walk.book, by=nurse) == []
    triage.screen(walk.book, number, by=sorting, level=Level.MODERATE, because="x")
    for by in (sorting, walk.chair):
        assert [line.number for line in overview.cases(walk.book, by=by)] == [number]
        assert whole_case.dossier(walk.book, number, by=by)["screenings"]
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["health_services"])
    assert overview.cases(walk.book, by=sorting) == []
    with pytest.raises(UnknownRecord):
        whole_case.dossier(walk.book, number, by=sorting)
    assert whole_case.dossier(walk.book, number, by=nurse)


@pytest.mark.clause("W-39")
def test_the_office_that_leads_a_site_is_on_the_cases_of_that_site_and_of_no_other(walk: Walk) -> None:
    """From when somebody leads the case, named or not; and on those that turn out to concern the site."""
    pack = walk.book.pack
    sites = pack.sites | {"deming": pack.sites["deming"].model_copy(update={"lead": "health_services"})}
    walk.book.pack = pack.model_copy(update={"sites": sites})
    nurse = members.actor(walk.book, "nurse")
    there, elsewhere = (
        walk.reported(subject=SubjectContent(name=f"invented-{site}", site=site))
        for site in ("deming", "silver_city")
    )
    assert overview.cases(walk.book, by=nurse) == [], "nobody leads them yet"
    for number in (there, elsewhere):
        triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    assert [line.number for line in overview.cases(walk.book, by=nurse)] == [there]
    assert whole_case.dossier(walk.book, there, by=nurse)
    with pytest.raises(NoSuchCase):
        whole_case.dossier(walk.book, elsewhere, by=nurse)
    moved = SubjectContent(name="invented-silver_city", site="silver_city", further_sites=("deming",))
    correcting.correct_subject(walk.book, elsewhere, moved, by=walk.chair)
    assert whole_case.dossier(walk.book, elsewhere, by=nurse)
    decide(walk.book, there, "nurse", by=walk.chair, keep_out=True, because="It is a friend.")
    with pytest.raises(NoSuchCase):
        whole_case.dossier(walk.book, there, by=nurse)
    verified(walk.book)


def test_whoever_only_screens_cannot_be_given_a_case(walk: Walk) -> None:
    """They could not open it once it is theirs."""
    number = walk.reported()
    content = MemberContent(name="invented-reception-name", address="reception@wnmu.example")
    members.enrol(walk.book, "reception", content, by=walk.chair, roles=[Role.INTAKE])
    with pytest.raises(BadInput, match="may work on this case"):
        triage.assign(walk.book, number, by=walk.chair, lead="reception", offices=["student_affairs"])


@pytest.mark.clause("W-39")
def test_an_erased_case_is_there_for_those_alone_who_knew_of_it(walk: Walk) -> None:
    """For others there never was one."""
    number = walk.closed()
    triage.assign(walk.book, number, by=walk.chair, lead="chair", offices=["student_affairs"])
    walk.erase(number)
    nurse = members.actor(walk.book, "nurse")
    for look in (whole_case.dossier, acting.can):
        with pytest.raises(CaseErased):
            look(walk.book, number, by=walk.chair)
        said = []
        for each in (number, "TAT-1999-0001"):
            with pytest.raises(NoSuchCase) as refused:
                look(walk.book, each, by=nurse)
            said.append(str(refused.value))
        assert said[0] == said[1]


@pytest.mark.clause("W-39")
def test_an_operator_is_told_no_level_and_nobody_s_name_of_a_case(walk: Walk) -> None:
    """Neither in a list nor by narrowing one down; how far it is stands in every run's tags."""
    number = walk.screened()
    triage.assign(walk.book, number, by=walk.chair, lead="dean", offices=["academic_affairs"])
    runs = Actor("runner", frozenset({Role.OPERATOR}))
    severe = Narrowed(level=Level.EXTREME)
    for lines in (
        overview.cases(walk.book, by=runs),
        overview.cases(walk.book, by=runs, narrowed=severe),
        overview.in_order(walk.book, by=runs),
        overview.in_order(walk.book, by=runs, level=Level.EXTREME),
    ):
        (line,) = lines
        assert (line.number, line.level, line.provisional_level, line.lead) == (number, None, None, None)
    both = Actor("runner", frozenset({Role.OPERATOR, Role.CHAIR}))
    (line,) = overview.cases(walk.book, by=both)
    assert (line.provisional_level is not None, line.lead) == (True, "dean")


def test_an_operator_sees_that_cases_exist_and_nothing_in_them(walk: Walk) -> None:
    """Operators watch the machinery; contents are not theirs."""
    number = walk.reported()
    operator = members.actor(walk.book, "operator")
    assert number in [line.number for line in overview.cases(walk.book, by=operator)]
    with pytest.raises(NotPermitted):
        whole_case.dossier(walk.book, number, by=operator)
    with pytest.raises(NotPermitted):
        overview.cases(walk.book, by=Actor("reporter", frozenset({Role.REPORTER})))


def test_reading_is_an_event_and_changes_no_version(walk: Walk) -> None:
    """Whoever opens a case is on record; nobody has to look again because of it."""
    number = walk.reported()
    before = case(walk.book, number).version
    whole_case.dossier(walk.book, number, by=walk.officer)
    last = timeline.timeline(walk.book, number, by=walk.chair)[-1]
    assert (last.what, last.actor) == ("read", "officer")
    assert case(walk.book, number).version == before
