"""What can be wrong in a pack with sites, offices, the team, and who is called."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from states.policy.entries import DisclosureRule
from states.policy.misreading import Problem, meant
from states.policy.pack import Pack
from states.policy.places import CallStep, addresses
from states.vocabulary.danger import Called
from states.vocabulary.leaving import Disclosed, RecipientKind
from states.vocabulary.sources import LegalBasis


def sites(pack: Pack) -> Iterator[Problem]:
    """Sites whose time zone, holidays or police are not what they say."""
    import holidays  # noqa: PLC0415 - a tenth of a second that help and examples do not wait for

    for code, site in pack.sites.items():
        try:
            ZoneInfo(site.timezone)
        except (LookupError, ValueError, OSError):
            yield (
                f"sites.{code}.timezone",
                f"there is no time zone {site.timezone!r}. Give one such as America/Denver.",
            )
        try:
            holidays.country_holidays(site.country, subdiv=site.subdivision)
        except NotImplementedError as error:
            yield f"sites.{code}.subdivision", f"there is no such holiday calendar: {error}. Correct it."


def call_chains(pack: Pack) -> Iterator[Problem]:
    """Call chains that could reach nobody, or that name what there is not."""
    if not any(site.police.own for site in pack.sites.values()):
        yield "sites", "no site's police are the institution's own, who hear of every alarm. Set own = true."
        return
    for number, chain in enumerate(pack.call_chain, 1):
        for code in chain.sites:
            if code not in pack.sites:
                yield f"call_chain.{number}.sites", f"there is no site {code!r}. Correct it."
    for code in pack.sites:
        fitting = [chain for chain in pack.call_chain if not chain.sites or code in chain.sites]
        if not fitting:
            yield "call_chain", f"no chain says who is called at {code}. Add one."
        elif problem := _chain_problem(pack, code):
            yield f"call_chain.{pack.call_chain.index(pack.chain(code)) + 1}.steps", problem


def _chain_problem(pack: Pack, site: str) -> str | None:
    """What is wrong with a site's chain: it must go on when mail is dead, and begin with the police."""
    steps = pack.chain(site).steps
    at_once = {step.call for step in steps[: _first_pause(steps)]}
    if Called.UNIVERSITY_POLICE not in at_once:
        return f"at {site} University Police are not called at once (W-13). Put them first."
    if any(not each.police.own for each in pack.sites.values()) and Called.SITE_POLICE not in at_once:
        return (
            f"at {site} site_police are not called at once: they are the police of each site where the "
            "person may be (W-14). Put them first."
        )
    if len({step.via for step in steps}) == 1:
        channel = steps[0].via
        return (
            f"at {site} every call goes by {channel}: when {channel} is dead, nobody hears. Add another way."
        )
    police = {Called.UNIVERSITY_POLICE: pack.sites[pack.own_police], Called.SITE_POLICE: pack.sites[site]}
    for step in steps:
        contact = police.get(step.call)
        if contact is not None and not addresses(contact.police, step.via):
            return f"at {site} it calls {step.call} by {step.via}, and they have no such address. Add one."
    return None


def _first_pause(steps: "tuple[CallStep, ...]") -> int:
    return next((n for n, step in enumerate(steps) if n and step.after), len(steps))


def offices(pack: Pack) -> Iterator[Problem]:
    """Codes of offices that the pack names and does not have."""
    for key, code in office_references(pack):
        if code not in pack.offices:
            hint = meant(code, pack.offices)
            yield key, f"there is no office {code!r}{hint}. Correct it, or add [offices.{code}]."


def other_ways(pack: Pack) -> Iterator[Problem]:
    """Codes that would go to the very mailbox in which the link lies that they are to open."""
    police = {f"sites.{code}.police": site.police for code, site in pack.sites.items()}
    for key, entry in ({f"offices.{code}": office for code, office in pack.offices.items()} | police).items():
        if entry.codes_to is not None and entry.codes_to.casefold() == entry.address.casefold():
            yield f"{key}.codes_to", "it is where the links go, too. Give another way, or leave it out."


def office_references(pack: Pack) -> Iterator[tuple[str, str]]:
    """Every code of an office in the pack, with its key."""
    yield "chair.office", pack.chair.office
    yield "chair.deputy", pack.chair.deputy
    yield "custodian.office", pack.custodian.office
    yield "conflict.outside_office", pack.conflict.outside_office
    for number, code in enumerate(pack.quorum.required, 1):
        yield f"quorum.required.{number}", code
    for affiliation, handover in pack.handover.items():
        for number, code in enumerate(handover.offices, 1):
            yield f"handover.{affiliation}.offices.{number}", code
    for key, codes in (("anchors.to", pack.anchors.to), ("emergency.officials", pack.emergency.officials)):
        yield from ((f"{key}.{number}", code) for number, code in enumerate(codes, 1))
    for number, rule in enumerate(pack.disclosures, 1):
        if rule.only_through is not None:
            yield f"disclosures.{number}.only_through", rule.only_through
        if rule.agreed_by is not None:
            yield f"disclosures.{number}.agreed_by", rule.agreed_by
    yield from _offices_of_roads(pack)
    for number, route in enumerate(pack.routes, 1):
        yield f"routes.{number}.office", route.office
    for code, unit in pack.units.items():
        yield f"units.{code}.vice_president", unit.vice_president
    yield from _leading(pack)


def _leading(pack: Pack) -> Iterator[tuple[str, str]]:
    yield from (
        (f"sites.{code}.lead", site.lead) for code, site in pack.sites.items() if site.lead is not None
    )


def _offices_of_roads(pack: Pack) -> Iterator[tuple[str, str]]:
    for number, road in enumerate(pack.roads, 1):
        for key, codes in (("taken_by", road.taken_by), ("tell", road.tell)):
            for place, code in enumerate(codes, 1):
                yield f"roads.{number}.{key}.{place}", code


def team(pack: Pack) -> Iterator[Problem]:
    """Offices that chair, stand in or are required, and are not on the team."""
    team = {code for code, office in pack.offices.items() if office.on_team}
    if pack.chair.office not in team:
        yield "chair.office", f"{pack.chair.office} is not on the team. Correct it."
    if pack.chair.deputy not in team:
        yield "chair.deputy", f"{pack.chair.deputy} is not on the team. Correct it."
    if pack.conflict.outside_office in team:
        yield "conflict.outside_office", f"{pack.conflict.outside_office} is on the team. Name one outside."
    if not team.issuperset(pack.quorum.required):
        yield "quorum.required", "it names an office that is not on the team. Correct it."
    if pack.quorum.offices > len(team):
        yield "quorum.offices", f"it asks for more than the {len(team)} offices on the team. Correct it."
    for key, office in _leading(pack):
        if office not in team:
            yield key, f"{office} is not on the team. Correct it."


def units(pack: Pack) -> Iterator[Problem]:
    """Units whose vice president cannot be told."""
    for code, unit in pack.units.items():
        office = pack.office(unit.vice_president)
        if not office.vice_president:
            problem = f"{unit.vice_president} is not a vice president's office. Correct it."
            yield f"units.{code}.vice_president", problem
    # A recommendation is conveyed with its content, and content never leaves the institution's own mail.
    hearing = {unit.vice_president for unit in pack.units.values()} | {pack.conflict.outside_office}
    for code in sorted(hearing):
        if not own(pack, code):
            problem = "recommendations are conveyed here with their content: it must be in mail.domains."
            yield f"offices.{code}.address", f"{problem} Correct it."


def told_of_semesters(pack: Pack) -> Iterator[Problem]:
    """Offices that would be sent a semester's report outside of the institution's own mail."""
    for code in pack.told_of_semesters:
        if not own(pack, code):
            problem = (
                "the semester's report is sent here with what the team says: it must be in mail.domains."
            )
            yield f"offices.{code}.address", f"{problem} Correct it."


def outside(pack: Pack) -> Iterator[Problem]:
    """Offices outside that are told what only those inside may know."""
    for code, office in pack.offices.items():
        if office.outside and office.on_team:
            yield f"offices.{code}.outside", "an office on the team is none outside. Correct it."
        if "@" in office.address and not office.outside and not own(pack, code):
            problem = "it is not in mail.domains: say outside = true, or correct the address."
            yield f"offices.{code}.address", problem
    for number, rule in enumerate(pack.disclosures, 1):
        unfit = [f"{basis} for {to}" for to in rule.to for basis in rule.bases if not _fits(basis, to, rule)]
        if unfit:
            problem = f"what permits it does not fit who receives it ({', '.join(unfit)}). Remove it."
            yield f"disclosures.{number}.bases", problem


def own(pack: Pack, office: str) -> bool:
    """Whether an office's address is the institution's own."""
    _, at, domain = pack.office(office).address.rpartition("@")
    return bool(at) and domain.lower() in {own.lower() for own in pack.mail.domains}


#: who is a school official of the institution, or works for it (34 CFR 99.31(a)(1))
INSIDE = frozenset(
    {RecipientKind.TEAM, RecipientKind.OFFICE, RecipientKind.RECORD_HOLDER, RecipientKind.COUNSELOR}
)


def _fits(basis: LegalBasis, to: RecipientKind, rule: DisclosureRule) -> bool:
    """Whether a basis can permit anything to such a recipient at all (34 CFR 99.30, 99.31, 99.36)."""
    match basis:
        case LegalBasis.SCHOOL_OFFICIAL | LegalBasis.EMPLOYMENT:
            return to in INSIDE
        case LegalBasis.PARTNER_AGREEMENT:
            return to is RecipientKind.PARTNER
        case LegalBasis.NO_RECORD:
            return not {Disclosed.EDUCATION_RECORD, Disclosed.CASE_FILE}.intersection(rule.what)
        case LegalBasis.CONSENT | LegalBasis.HEALTH_OR_SAFETY | LegalBasis.COURT_ORDER:
            return True
