"""The policy pack: an institution's plan as data, the keys of its file as attributes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, PrivateAttr

from states.errors import BadInput
from states.policy.entries import (
    Audit,
    ClockEntry,
    ClockTerms,
    Closing,
    ConditionEntry,
    DisclosureRule,
    Discussion,
    DispositionEntry,
    EffectEntry,
    Emergency,
    Examples,
    Handover,
    LevelEntry,
    MeasuresEntry,
    News,
    OwnKind,
    Quorum,
    Reintegration,
    Reminders,
    RequiredSource,
    Road,
    Route,
)
from states.policy.instruments import Instrument
from states.policy.intake_rules import Intake
from states.policy.places import (
    AffiliationEntry,
    AlertEntry,
    Anchors,
    BreakGlass,
    CallChain,
    Chair,
    ConflictTerms,
    DutyLine,
    HeldBy,
    Office,
    OnCall,
    OwnMail,
    Site,
    Supervision,
    Unit,
    Violence,
)
from states.policy.terms import Code, Duration, Strict, Text
from states.policy.year import PlanReview, Semester, TrainingKind
from states.vocabulary.cases import Level
from states.vocabulary.danger import Condition
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import RecipientKind, ReferralKind
from states.vocabulary.people import Affiliation
from states.vocabulary.plans import MeasureArea
from states.vocabulary.sources import RECORD_HOLDERS, LegalBasis, SourceKind
from states.vocabulary.spelling import words

PACKS = Path(__file__).parents[1] / "policies"

#: what the codes of the police of a site begin with
POLICE = "police_"


class Pack(Strict):
    """One institution's policy. The keys of the TOML file are the attributes below."""

    name: Code
    title: Text
    institution: Text
    version: Text
    chair: Chair
    custodian: HeldBy
    conflict: ConflictTerms
    break_glass: BreakGlass
    duty: DutyLine
    on_call: OnCall
    supervision: Supervision
    alert: AlertEntry
    call_chain: tuple[CallChain, ...]
    examples: Examples
    violence: Violence
    mail: OwnMail
    affiliations: dict[Affiliation, AffiliationEntry]
    levels: dict[Level, LevelEntry]
    conditions: dict[Condition, ConditionEntry]
    instruments: dict[Code, Instrument] = Field(default_factory=dict)
    measures: dict[MeasureArea, MeasuresEntry] = Field(default_factory=dict)
    clocks: dict[Clock, ClockEntry]
    sites: dict[Code, Site]
    offices: dict[Code, Office]
    units: dict[Code, Unit]
    quorum: Quorum
    discussion: Discussion
    routes: tuple[Route, ...]
    roads: tuple[Road, ...]
    handover: dict[Affiliation, Handover]
    disposition: DispositionEntry
    news: News
    source_kinds: dict[Code, OwnKind] = Field(default_factory=dict)
    sources: tuple[RequiredSource, ...]
    disclosures: tuple[DisclosureRule, ...]
    emergency: Emergency
    audit: Audit
    anchors: Anchors
    reintegration: Reintegration
    closing: Closing
    effects: dict[EffectKind, EffectEntry]
    semesters: tuple[Semester, ...]
    annual_review: PlanReview
    training: dict[Code, TrainingKind] = Field(default_factory=dict)
    intake: Intake
    #: folder of message templates that take precedence over the shipped ones, beside the file
    templates: Text | None = None

    _digest: str = PrivateAttr(default="")
    _folder: Path = PrivateAttr(default=PACKS)
    _file: str = PrivateAttr(default="")
    _own_templates: Mapping[str, bytes] = PrivateAttr(default_factory=dict)

    def read_from(self, path: Path, raw: bytes, own_templates: Mapping[str, bytes]) -> Self:
        """This pack, knowing the file that it was read from, and the templates beside it by their names."""
        self._digest = _digest(raw, own_templates)
        self._folder, self._file, self._own_templates = path.parent, path.name, own_templates
        return self

    @property
    def file(self) -> Path:
        """The file that it was read from."""
        return self._folder / self._file

    @property
    def templates_folder(self) -> Path | None:
        """The folder of message templates of the institution's own; None: it has none."""
        return None if self.templates is None else self._folder / self.templates

    @property
    def own_templates(self) -> Mapping[str, bytes]:
        """The message templates of the institution's own, by name, as they were when the pack was read."""
        return self._own_templates

    @property
    def digest(self) -> str:
        """SHA-256 of the file and of the templates of its own, in hexadecimal: the ledger names it by that.

        Without such templates it is that of the file alone.
        """
        return self._digest

    @property
    def alarms(self) -> frozenset[EffectKind]:
        """The kinds of effect that have a lane of their own: somebody may get hurt while they wait."""
        return frozenset(kind for kind, entry in self.effects.items() if entry.alarm)

    @property
    def chair_office(self) -> str:
        """Code of the office that chairs the team (W-02)."""
        return self.chair.office

    @property
    def custodian_office(self) -> str:
        """Code of the office that keeps the records (W-43)."""
        return self.custodian.office

    @property
    def duty_line(self) -> str:
        """The phone that is answered day and night."""
        return self.duty.phone

    @property
    def own_domains(self) -> tuple[str, ...]:
        """The mail domains that are the team's own."""
        return self.mail.domains

    @property
    def own_police(self) -> str:
        """Code of the site whose police are the institution's own: they hear of every site (W-13)."""
        return next(code for code, site in self.sites.items() if site.police.own)

    @property
    def home_site(self) -> str:
        """Code of the site that counts where nobody named one: the pack's first."""
        return next(iter(self.sites))

    @property
    def home(self) -> Site:
        """The site that counts where nobody named one."""
        return self.sites[self.home_site]

    def emergency_numbers(self, *sites: str) -> list[tuple[str, str, str]]:
        """Whom to phone for an emergency: each number, whose it is, and from which phone (W-14, W-57).

        Args:
            sites: codes of the sites where the danger or the person may be, the danger's first.
        """
        each = [site.police for site in self.at(dict.fromkeys(sites))]
        numbers = [(one.number, police.name, one.label) for police in each for one in police.emergency_phones]
        if not any(police.own for police in each):
            # University Police hear of every campus (W-13); theirs is the number that works from elsewhere.
            own = self.site(self.own_police).police
            numbers += [(one.number, own.name, one.label) for one in own.nonemergency_phones]
        return numbers

    def chain(self, site: str) -> CallChain:
        """The call chain of a site: its own, or that of every site that has none."""
        chains = sorted(self.call_chain, key=lambda chain: site not in chain.sites)
        return next(chain for chain in chains if not chain.sites or site in chain.sites)

    def at(self, codes: Iterable[str]) -> tuple[Site, ...]:
        """The sites with these codes."""
        return tuple(self.site(code) for code in codes)

    def site(self, code: str) -> Site:
        """The site with that code.

        Raises:
            BadInput: there is none.
        """
        if code not in self.sites:
            raise BadInput(f"There is no such site in the policy pack: give one of {listed(self.sites)}.")
        return self.sites[code]

    def leading(self, sites: Iterable[str]) -> frozenset[str]:
        """The codes of the offices that lead the work at these sites, and are on their cases (W-39)."""
        return frozenset(site.lead for site in self.at(sites) if site.lead is not None)

    @property
    def told_of_semesters(self) -> tuple[str, ...]:
        """The codes of the offices that get each semester's report: the president and all vice presidents."""
        return tuple(
            code for code, office in self.offices.items() if code == "president" or office.vice_president
        )

    @property
    def office_codes(self) -> tuple[str, ...]:
        """The codes of everything that is sent referrals: the offices, and the police of each site."""
        return (*self.offices, *(f"{POLICE}{site}" for site in self.sites))

    def office(self, code: str) -> Office:
        """The office with that code; ``police_`` and a site's code mean the police of that site.

        Raises:
            BadInput: there is none.
        """
        site = self.sites.get(code.removeprefix(POLICE)) if code.startswith(POLICE) else None
        if site is not None:
            police = site.police
            return Office(
                name=police.name,
                address=police.address,
                on_team=False,
                codes_to=police.codes_to or next(iter(police.also), None),
                clause=police.clause,
            )
        if code not in self.offices:
            raise BadInput(f"There is no such office in the policy pack: give one of {listed(self.offices)}.")
        return self.offices[code]

    def unit(self, code: str) -> Unit:
        """The administrative unit with that code.

        Raises:
            BadInput: there is none.
        """
        if code not in self.units:
            raise BadInput(f"There is no such unit in the policy pack: give one of {listed(self.units)}.")
        return self.units[code]

    def called(self, kind: str) -> str:
        """What a kind of source is called on screen; one that the pack has never heard of, too."""
        own = self.source_kinds.get(kind)
        return words(kind) if own is None else own.title

    def holder(self, kind: SourceKind) -> RecipientKind:
        """What whoever is asked about a kind is to the gate."""
        if kind in self.source_kinds:
            return self.source_kinds[kind].held_by
        return RecipientKind.RECORD_HOLDER if kind in RECORD_HOLDERS else RecipientKind.PARTNER

    def may_be_asked(self, kind: SourceKind, basis: LegalBasis) -> bool:
        """Whether a kind may be asked on a basis; of the built-in kinds, each source says that itself."""
        return kind not in self.source_kinds or basis in self.source_kinds[kind].bases

    def reminders(self, clock: Clock, level: Level | None = None) -> Reminders | None:
        """When a clock reminds and escalates at a level; None when it does not run at that level.

        Raises:
            BadInput: it depends on the level, and none was given.
        """
        entry = self.clocks[clock]
        if isinstance(entry, Reminders):
            return entry
        if level is None:
            raise BadInput(f"The clock {clock} depends on the level: give the level.")
        return entry.per_level.get(level)

    def clock(self, clock: Clock, level: Level | None = None) -> ClockTerms | None:
        """How long a clock runs at a level, and when it reminds; None when it does not run at that level.

        Raises:
            BadInput: it depends on the level, and none was given; or it is due on a day of the calendar.
        """
        entry = self.reminders(clock, level)
        if entry is None or isinstance(entry, ClockTerms):
            return entry
        if clock is not Clock.REASSESSMENT:
            raise BadInput(f"The clock {clock} has no length: it is due on a day of the calendar.")
        if level is None:
            raise BadInput(f"The clock {clock} depends on the level: give the level.")
        days = self.levels[level].reassess_days
        return None if days is None else ClockTerms(duration=Duration(days=days), **dict(entry))

    def route(self, kind: ReferralKind, affiliations: Iterable[Affiliation]) -> Route:
        """Where a referral goes: by the subject's first affiliation, in the order of :class:`Affiliation`.

        Args:
            kind: what is recommended.
            affiliations: what the subject is to the institution; none counts as unknown.

        Raises:
            BadInput: it goes nowhere by a route: a copy of a protective order.
        """
        if kind is ReferralKind.PROTECTIVE_ORDER:
            raise BadInput(
                "A copy of a protective order goes out when the order is put on file: `tat case "
                "protective-order`. Nothing was written."
            )
        held = set(affiliations) or {Affiliation.UNKNOWN}
        first = next(affiliation for affiliation in Affiliation if affiliation in held)
        return next(route for route in self.routes if route.kind is kind and first in route.affiliations)


def listed(codes: Iterable[str]) -> str:
    """Codes, sorted, as part of a sentence."""
    return ", ".join(sorted(codes))


def _digest(raw: bytes, own_templates: Mapping[str, bytes]) -> str:
    file = hashlib.sha256(raw).hexdigest()
    if not own_templates:
        return file
    templates = {name: hashlib.sha256(words).hexdigest() for name, words in own_templates.items()}
    told = json.dumps({"file": file, "templates": templates}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
