"""The pack of Western New Mexico University says what the plan says, and cites it."""

import re
from datetime import timedelta
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

import pytest

from states.errors import BadInput
from states.files.packed import packed
from states.policy.overview import pack_overview
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Affiliation
from states.vocabulary.plans import MeetingKind, PlanKind
from states.vocabulary.sources import SourceKind
from tests.cases.walking import ROUTED

CLAUSES = Path(__file__).parents[3] / "docs" / "clauses.md"


#: clocks that are due on days of the calendar
PLANS = (Clock.SEMESTER_MEETING, Clock.SEMESTER_REPORT, Clock.ANNUAL_REVIEW)
CALENDAR = (*PLANS, Clock.TRAINING, Clock.AGREEMENT, Clock.SHIFT_OFFER)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The shipped pack."""
    return load_pack("wnmu")


def test_every_entry_cites_a_clause_that_exists(pack: Pack) -> None:
    """Every entry of the pack cites a clause that docs/clauses.md lists."""
    listed = set(re.findall(r"^\| ([WUMAP]-\d\d) \|", CLAUSES.read_text(encoding="utf-8"), re.MULTILINE))
    assert {row.entry: row.clause for row in pack_overview(pack) if row.clause not in listed} == {}


@pytest.mark.clause("W-07")
@pytest.mark.clause("W-08")
def test_each_level_asks_for_the_plans_kind_of_plan(pack: Pack) -> None:
    """Extreme and Severe ask for a Threat Management Plan, None for nothing, the others for monitoring."""
    management, monitoring = PlanKind.THREAT_MANAGEMENT, PlanKind.ACTIVE_MONITORING
    assert [pack.levels[level].plan for level in Level] == [management] * 2 + [monitoring] * 3 + [None]


@pytest.mark.clause("W-08")
def test_the_graver_the_level_the_sooner_the_reassessment(pack: Pack) -> None:
    """Each level's reassessment comes sooner than that of the next lower one; None has none."""
    days = []
    for level in Level:
        terms = pack.clock(Clock.REASSESSMENT, level)
        days.append(None if terms is None else terms.duration.days)
    assert days == [pack.levels[level].reassess_days for level in Level]
    *intervals, last = days
    numbers = [interval for interval in intervals if interval is not None]
    assert last is None
    assert len(numbers) == len(Level) - 1
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("level", "meeting", "length", "clause"),
    [
        pytest.param(
            Level.EXTREME, MeetingKind.EMERGENCY, "2 hours", "W-30", marks=pytest.mark.clause("W-30")
        ),
        pytest.param(
            Level.SEVERE, MeetingKind.EMERGENCY, "2 hours", "W-30", marks=pytest.mark.clause("W-30")
        ),
        pytest.param(
            Level.ELEVATED, MeetingKind.INITIAL, "48 hours", "W-31", marks=pytest.mark.clause("W-31")
        ),
        pytest.param(
            Level.MODERATE, MeetingKind.INITIAL, "48 hours", "W-31", marks=pytest.mark.clause("W-31")
        ),
        pytest.param(
            Level.MILD, MeetingKind.INITIAL, "5 business days", "W-32", marks=pytest.mark.clause("W-32")
        ),
    ],
)
def test_the_first_meeting_is_due_as_the_level_asks(
    pack: Pack, level: Level, meeting: MeetingKind, length: str, clause: str
) -> None:
    """The first meeting's kind and clock follow the level, and cite its own clause."""
    terms = pack.clock(Clock.FIRST_MEETING, level)
    assert terms is not None
    assert (pack.levels[level].meeting, str(terms.duration), terms.clause) == (meeting, length, clause)


@pytest.mark.clause("W-31")
def test_the_meeting_of_48_hours_is_reminded_of_at_24(pack: Pack) -> None:
    """The plan's 24 to 48 hours are a reminder at 24 and a due time at 48."""
    terms = pack.clock(Clock.FIRST_MEETING, Level.MODERATE)
    assert terms is not None
    assert terms.duration.nominal - terms.remind_before.delta == timedelta(hours=24)


def test_no_identified_risk_starts_no_meeting_and_no_reassessment(pack: Pack) -> None:
    """At level None neither the first meeting's nor the reassessment's clock runs."""
    assert pack.clock(Clock.FIRST_MEETING, Level.NONE) is None
    assert pack.clock(Clock.REASSESSMENT, Level.NONE) is None


@pytest.mark.clause("W-33")
def test_an_active_case_has_a_next_meeting_at_every_level(pack: Pack) -> None:
    """The graver, the sooner, and no later than its reassessment; at None, too, while it is open."""
    nominal = {}
    for level in Level:
        terms = pack.clock(Clock.NEXT_MEETING, level)
        assert terms is not None
        nominal[level] = terms.duration.nominal
        days = pack.levels[level].reassess_days
        assert days is None or nominal[level] <= timedelta(days=days)
    asked = [nominal[level] for level in Level if level is not Level.NONE]
    assert asked == sorted(asked)


@pytest.mark.parametrize("clock", [Clock.FIRST_MEETING, Clock.NEXT_MEETING, Clock.REASSESSMENT])
def test_a_clock_that_depends_on_the_level_is_not_guessed_without_one(pack: Pack, clock: Clock) -> None:
    """Asking for a clock that depends on the level, without a level, is refused."""
    with pytest.raises(BadInput, match="give the level"):
        pack.clock(clock)


@pytest.mark.parametrize("clock", CALENDAR)
def test_a_clock_of_the_calendar_has_reminders_and_no_length(pack: Pack, clock: Clock) -> None:
    """Semester clocks and annual review are due on a date: they remind, and have no length."""
    reminders = pack.reminders(clock)
    assert reminders is not None
    assert reminders.remind_before.delta > timedelta(0)
    with pytest.raises(BadInput, match="due on a day of the calendar"):
        pack.clock(clock)


def test_the_reminders_of_a_clock_are_those_of_its_terms(pack: Pack) -> None:
    """Whoever asks for a clock's reminders alone gets the same as whoever asks for its length too."""
    for clock in Clock:
        if clock not in CALENDAR:
            terms, reminders = pack.clock(clock, Level.MILD), pack.reminders(clock, Level.MILD)
            assert terms is not None
            assert reminders is not None
            assert (terms.title, terms.escalate_after) == (reminders.title, reminders.escalate_after)


def test_where_the_pack_chose_a_length_it_says_so(pack: Pack) -> None:
    """Every clock whose length the plan leaves open says that the pack chose it, and why."""
    by_level = {f"clocks.first_meeting.per_level.{level}" for level in (Level.ELEVATED, Level.MODERATE)}
    stated = by_level | {
        "clocks.first_meeting",
        "clocks.next_meeting",
        "clocks.assessment",
        "clocks.source_answer",
        *(f"clocks.{clock}" for clock in (Clock.REASSESSMENT, *PLANS)),
    }
    silent = {row.entry for row in pack_overview(pack) if row.entry.startswith("clocks.") and not row.chosen}
    assert silent == stated


@pytest.mark.clause("W-14")
def test_every_campus_has_police_of_its_own_and_university_police_are_called_beside_them(pack: Pack) -> None:
    """The main campus's own are University Police; at the others both are called at once (W-13)."""
    assert {code for code, site in pack.sites.items() if site.police.own} == {"silver_city"}
    assert set(pack.sites) == {"silver_city", "deming", "gallup", "lordsburg", "t_or_c"}
    assert pack.site("silver_city").police.emergency_phones == (
        ("From a University phone", "9-911"),
        ("From a cellular or off-campus phone", "911"),
    )
    assert len({site.police.address for site in pack.sites.values()}) == len(pack.sites)
    for site in pack.sites:
        at_once = takewhile(lambda step: step.after == 0, pack.chain(site).steps)
        assert {"university_police", "site_police"} <= {step.call for step in at_once}


@pytest.mark.clause("W-15")
def test_every_campus_has_a_number_that_is_not_for_emergencies(pack: Pack) -> None:
    """Silver City has the plan's two numbers, and no campus uses its emergency number for both."""
    assert [phone.number for phone in pack.site("silver_city").police.nonemergency_phones] == [
        "6231",
        "538-6231",
    ]
    for site in pack.sites.values():
        emergency = {phone.number for phone in site.police.emergency_phones}
        assert emergency.isdisjoint(phone.number for phone in site.police.nonemergency_phones)


@pytest.mark.clause("W-02")
@pytest.mark.clause("W-43")
def test_the_team_is_the_plans_and_student_affairs_chairs_it_and_keeps_its_records(pack: Pack) -> None:
    """The team's offices are the plan's; Student Affairs is chair, custodian, part of every quorum."""
    assert {code for code, office in pack.offices.items() if office.on_team} == {
        "president",
        "student_affairs",
        "academic_affairs",
        "university_police",
        "risk_management",
        "health_services",
        "counselling",
        "aa_eeo",
        "chemical_dependency",
        "human_resources",
        "general_counsel",
    }
    assert (pack.chair_office, pack.custodian_office) == ("student_affairs", "student_affairs")
    assert pack.quorum.required == ("student_affairs",)


@pytest.mark.clause("W-22")
@pytest.mark.parametrize(
    ("affiliation", "handbook"),
    [
        (Affiliation.STUDENT, "Student Handbook"),
        (Affiliation.FACULTY, "Faculty Handbook"),
        (Affiliation.STAFF, "Staff Handbook"),
    ],
)
def test_discipline_names_the_handbook(pack: Pack, affiliation: Affiliation, handbook: str) -> None:
    """A recommendation of discipline names the handbook under which it is to be considered."""
    assert pack.route(ReferralKind.CONDUCT, [affiliation]).handbook == handbook


@pytest.mark.clause("W-22")
def test_every_unit_has_a_vice_president_inside(pack: Pack) -> None:
    """Whichever unit somebody belongs to, a vice president's own mailbox hears of recommendations."""
    assert pack.units
    for unit in pack.units.values():
        office = pack.office(unit.vice_president)
        assert office.vice_president
        assert office.address.rpartition("@")[2] in pack.own_domains


def test_the_route_of_a_person_with_two_affiliations_does_not_depend_on_their_order(pack: Pack) -> None:
    """A student who is staff too is routed as a student, in whichever order the two are given."""
    for affiliations in ([Affiliation.STAFF, Affiliation.STUDENT], [Affiliation.STUDENT, Affiliation.STAFF]):
        assert pack.route(ReferralKind.CONDUCT, affiliations).handbook == "Student Handbook"


@pytest.mark.clause("W-23")
@pytest.mark.clause("W-24")
@pytest.mark.clause("W-25")
@pytest.mark.clause("A-05")
@pytest.mark.parametrize("kind", ROUTED)
def test_every_referral_has_an_office_for_whomever_it_concerns(pack: Pack, kind: ReferralKind) -> None:
    """Every kind of referral has an office for every affiliation, and for a person of none."""
    for affiliations in ([], *([affiliation] for affiliation in Affiliation)):
        assert pack.office(pack.route(kind, affiliations).office).address


@pytest.mark.clause("W-28")
def test_follow_up_is_handed_to_the_offices_the_plan_names(pack: Pack) -> None:
    """A student goes to Student and Academic Affairs; an employee to the supervisor and HR."""
    assert pack.handover[Affiliation.STUDENT].offices == ("student_affairs", "academic_affairs")
    assert pack.handover[Affiliation.FACULTY].offices == ("supervisor", "academic_affairs", "human_resources")
    assert pack.handover[Affiliation.STAFF].offices == ("supervisor", "human_resources")


@pytest.mark.clause("W-17")
@pytest.mark.parametrize(
    ("affiliation", "kinds"),
    [
        (Affiliation.STUDENT, {SourceKind.REGISTRAR, SourceKind.PAST_CONTACTS}),
        (Affiliation.FACULTY, {SourceKind.HUMAN_RESOURCES, SourceKind.PAST_CONTACTS}),
        (Affiliation.STAFF, {SourceKind.HUMAN_RESOURCES, SourceKind.PAST_CONTACTS}),
        (Affiliation.VISITOR, {SourceKind.PAST_CONTACTS}),
        (Affiliation.UNKNOWN, {SourceKind.PAST_CONTACTS}),
    ],
)
def test_only_the_records_that_fit_the_affiliation_are_asked_for(
    pack: Pack, affiliation: Affiliation, kinds: set[SourceKind]
) -> None:
    """A student's record and an employee's are asked for as appropriate, past contacts always."""
    every = [source for source in pack.sources if source.ask == "every_inquiry"]
    assert {source.kind for source in every if affiliation in source.affiliations} == kinds


@pytest.mark.clause("W-13")
@pytest.mark.clause("W-30")
def test_only_what_saves_lives_goes_first(pack: Pack) -> None:
    """The police alert, the call to a meeting and referrals are urgent; the alert is tried within seconds."""
    assert {kind for kind, entry in pack.effects.items() if entry.urgent} == {
        EffectKind.ALERT_POLICE,
        EffectKind.CONVENE_TEAM,
        EffectKind.ROUTE_REFERRALS,
    }
    assert pack.effects[EffectKind.ALERT_POLICE].wait(attempt=1) <= timedelta(seconds=10)


def test_the_last_wait_goes_on(pack: Pack) -> None:
    """After more failures than the pack has waits, the last wait is used again."""
    entry = pack.effects[EffectKind.ALERT_POLICE]
    assert [entry.wait(attempt).total_seconds() for attempt in (1, 2, 5, 6, 19)] == [2, 5, 30, 30, 30]


@pytest.mark.clause("W-34")
def test_the_vice_presidents_are_the_plans(pack: Pack) -> None:
    """Student, Academic and Business Affairs are vice presidents', and so get the semester's report."""
    assert {code for code, office in pack.offices.items() if office.vice_president} == {
        "student_affairs",
        "academic_affairs",
        "business_affairs",
    }


def test_no_address_of_the_shipped_pack_is_real(pack: Pack) -> None:
    """Nothing that the shipped pack sends can reach anybody: every address lies under .example."""
    addresses = [office.address for office in pack.offices.values()]
    addresses += [site.police.address for site in pack.sites.values()]
    assert all(address.endswith(".example") for address in addresses)


@pytest.mark.parametrize("what", ["site", "office"])
def test_an_unknown_code_is_refused_with_those_that_exist(pack: Pack, what: str) -> None:
    """A site or office that the pack does not have is refused with a sentence that lists what it has."""
    with pytest.raises(BadInput, match=f"There is no such {what}"):
        getattr(pack, what)("nowhere")


def test_a_pack_is_known_by_the_digest_of_its_file(pack: Pack, tmp_path: Path) -> None:
    """By its name, its folder or its file it is the same; one more comment makes it another."""
    shipped = Path(__file__).parents[3] / "states" / "policies" / "wnmu" / "pack.toml"
    copy = tmp_path / "copy.toml"
    copy.write_bytes(shipped.read_bytes())
    assert load_pack(str(copy)).digest == pack.digest
    assert load_pack(str(shipped.parent)).digest == load_pack("wnmu").digest == pack.digest
    copy.write_bytes(shipped.read_bytes() + b"# revised\n")
    assert load_pack(str(copy)).digest != pack.digest


def test_a_pack_with_templates_of_its_own_is_known_by_them_too(pack: Pack, tmp_path: Path) -> None:
    """By the name and the bytes of each, as they are when it is read; as a zip and as a folder alike."""
    words = tmp_path / "words"
    words.mkdir()
    text = b'templates = "words"\n' + pack.file.read_bytes()
    (tmp_path / "pack.toml").write_bytes(text)
    seen = {(none := load_pack(str(tmp_path)).digest), sha256(text).hexdigest()}
    assert len(seen) == 1
    (words / "notes.txt").write_bytes(b"no template")
    assert load_pack(str(tmp_path)).digest == none
    ways: list[dict[str, bytes]] = [
        {"a.jinja": b""},
        {"a.jinja": b"x"},
        {"b.jinja": b"x"},
        {"a.jinja": b"x", "b.jinja": b"y"},
        {"a.jinja": b"y", "b.jinja": b"x"},
        {"a.jinja": b"xb.jinjay"},
    ]
    for way in ways:
        for file in words.glob("*.jinja"):
            file.unlink()
        for name, said in way.items():
            (words / name).write_bytes(said)
        read = load_pack(str(tmp_path))
        zipped = tmp_path / "plan.zip"
        zipped.write_bytes(packed({"pack.toml": text, **{f"words/{name}": way[name] for name in way}}))
        assert load_pack(str(zipped)).digest == read.digest
        assert load_pack(str(zipped)).own_templates == read.own_templates == way
        seen.add(read.digest)
    assert len(seen) == 1 + len(ways)


def test_the_overview_says_what_each_entry_says(pack: Pack) -> None:
    """The overview has each entry once, with its words, its clause, and what the pack chose."""
    rows = {row.entry: row for row in pack_overview(pack)}
    assert len(rows) == len(pack_overview(pack))
    police = rows["sites.silver_city.police"]
    assert (police.clause, police.chosen) == ("W-14", "")
    assert "From a University phone 9-911 / From a cellular or off-campus phone 911" in police.value
    assert rows["clocks.verbal_follow_up"].value.endswith("duration: 48 hours")
    assert "names no time" in rows["clocks.verbal_follow_up"].chosen
    assert {f"levels.{level}" for level in Level} < set(rows)
