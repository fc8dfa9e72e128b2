"""Drafting a notice: to members or an office, with what its message needs, and never to somebody kept out."""

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from notifications.messages.contexts import Context, Detail
from states.access import LET_IN, MAY, Act
from states.casebook.disclosing.notices import Draft
from states.casebook.rounds.results import Brief
from states.policy.pack import Pack
from states.settings import Settings
from states.vocabulary.people import Role

#: what the office outside the team is told, too, where it takes part in a case
TO_OUTSIDE = frozenset(
    {"team_notice", "meeting_invitation", "reminder", "escalation", "stuck_work", "not_delivered"}
)


def for_these(wanted: Collection[str] | None, drafts: list[Draft]) -> list[Draft]:
    """The drafts to those whom an effect names, such as whoever takes over; all, when it names nobody."""
    return [draft for draft in drafts if wanted is None or draft.recipient in wanted]


class Drafting:
    """Drafts notices of one case, or of the team.

    Args:
        pack: the policy in force.
        settings: where links lead.
        brief: what the case knows.
    """

    def __init__(self, pack: Pack, settings: Settings, brief: Brief) -> None:
        self._pack = pack
        self._brief = brief
        path = f"/cases/{brief.number}" if brief.number else "/"
        self._base = settings.base_url.rstrip("/")
        self._link = self._base + path

    def _police_numbers(self, site: str) -> tuple[str, ...]:
        return tuple(f"{number} {who} ({label})" for number, who, label in self._pack.emergency_numbers(site))

    def _holding(self, role: Role) -> list[str]:
        return [member for member, (actor, _) in self._brief.team.items() if role in actor.roles]

    def _place(self) -> str:
        site = self._brief.site
        if not site:
            return self._pack.institution
        terms = self._pack.site(site).meetings
        return f"{terms.place}; to join from elsewhere: {terms.dial_in}"

    def _to(
        self,
        template: str,
        members: Iterable[str],
        detail: Detail,
        when: datetime | None = None,
        *,
        urgent: bool = False,
        invite: str = "",
        key: str = "",
        link: str = "",
        sequence: int = 0,
    ) -> list[Draft]:
        known = {m: self._brief.team[m][1].address for m in members if m in self._brief.team}
        if not known or (self._brief.outside and template in TO_OUTSIDE):
            # Nobody to tell is no reason to tell nobody: the chair's office hears of it, or the one outside.
            code = self._brief.outside or self._pack.chair_office
            known[code] = self._pack.office(code).address
        return [
            self._draft(
                template,
                member,
                address,
                detail,
                when,
                urgent=urgent,
                invite=invite,
                key=key,
                link=link or self._opens(member),
                sequence=sequence,
            )
            for member, address in known.items()
        ]

    def _opens(self, member: str) -> str:
        """Where a message leads somebody whose role opens no case; empty: to the case."""
        if member not in self._brief.team:
            return ""
        roles = self._brief.team[member][0].roles
        return "/" if roles.isdisjoint((*MAY[Act.READ], *LET_IN)) else ""

    def _office(
        self,
        template: str,
        code: str,
        detail: Detail,
        key: str = "",
        when: datetime | None = None,
        *,
        number: str | None = None,
        link: str = "",
    ) -> Draft:
        if code in self._brief.closed:
            # Whom the case is about would read it there.
            code = self._pack.conflict.outside_office
        address = self._pack.office(code).address
        return self._draft(template, code, address, detail, when, key=key, number=number, link=link)

    def _draft(
        self,
        template: str,
        recipient: str,
        address: str,
        detail: Detail,
        when: datetime | None = None,
        *,
        urgent: bool = False,
        invite: str = "",
        key: str = "",
        link: str = "",
        sequence: int = 0,
        number: str | None = None,
    ) -> Draft:
        # An empty number is a case that the recipient is not to know of.
        shown = self._brief.number if number is None else number
        context = Context(
            institution=self._pack.institution,
            phone=self._pack.duty_line,
            link=f"{self._base}{link}" if link else self._link if shown else f"{self._base}/",
            case_number=shown or None,
            when=None if when is None else when.astimezone(self._zone()),
            urgent=urgent,
            detail=detail,
        )
        given = context.model_dump(mode="json", exclude={"detail"}) | {
            "detail": detail.model_dump(mode="json")
        }
        return Draft(template, recipient, address, given, invite, key, sequence)

    def _zone(self) -> ZoneInfo:
        site = self._brief.site or self._pack.home_site
        return ZoneInfo(self._pack.site(site).timezone)
