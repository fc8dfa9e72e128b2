"""Deciding queries: approve, deny, run, hit, no hit, expire."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from console.partner_stub.records import Contact, Query
from console.partner_stub.stub import Behavior, Stub
from states.errors import Refused, UnknownRecord

#: for how long an answer may be kept
KEPT = timedelta(days=90)

#: entries of the log that one answer tells of
MOST_CONTACTS = 4

#: the classes a hit may be of, for each kind
CLASSES = {
    "social_media": ("concerning_posts",),
    "weapons_registration": ("registered", "permit"),
    "past_contacts": ("contact",),
    "court_registrants": ("registrant",),
    "protective_orders": ("bound", "protected"),
}

#: why a query may be denied
REASONS = ("no_authority", "not_permitted", "too_little_given", "withdrawn", "other")


class FactGiven(BaseModel):
    """A fact that whoever decides chooses to give."""

    model_config = ConfigDict(extra="forbid")

    name: str
    value: str | int
    observed_at: date | None = None


class Decision(BaseModel):
    """What somebody decides about a query."""

    model_config = ConfigDict(extra="forbid")

    do: Literal["approve", "deny", "run", "hit", "no_hit", "expire"]
    reason: Literal["no_authority", "not_permitted", "too_little_given", "withdrawn", "other"] = "other"
    hit_class: Annotated[str, Field(alias="class")] = ""
    facts: list[FactGiven] = []


def decide(stub: Stub, ticket: str, decision: Decision) -> Query:
    """Decide a query; a final answer is called back with, where that is wanted.

    Raises:
        UnknownRecord: there is no such query.
        Refused: it has its final answer, or cannot be decided so.
    """
    query = stub.records.query(ticket)
    if query is None:
        raise UnknownRecord("There is no query under that ticket. Nothing was decided.")
    if not query.open:
        raise Refused("The query has its final answer. Nothing was changed.")
    match decision.do:
        case "approve":
            return stub.records.put(ticket, status="approved")
        case "deny":
            return _close(stub, query, "denied", {"reason": decision.reason})
        case "run":
            return run(stub, query)
        case "hit":
            facts = [fact.model_dump(mode="json", exclude_none=True) for fact in decision.facts]
            return _hit(stub, query, decision.hit_class, facts)
        case "no_hit":
            return _close(stub, query, "no_hit", {"retention_until": _kept(stub)})
        case "expire":
            return expire(stub, query)


def on_arrival(stub: Stub, query: Query) -> Query:
    """What becomes of a query as it comes in."""
    if stub.behavior is not Behavior.PROMPT:
        return query
    if query.asked["kind"] == "past_contacts":
        return run(stub, query)
    return _close(stub, query, "no_hit", {"retention_until": _kept(stub)})


def run(stub: Stub, query: Query) -> Query:
    """Look a query up in the police log, by place and day.

    Raises:
        Refused: it is not about past contacts.
    """
    if query.asked["kind"] != "past_contacts":
        raise Refused("Only past contacts can be looked up here: say yourself what was found.")
    asked = query.asked["identifiers"]
    place = asked.get("place", "").strip()
    found = stub.records.contacts(place, asked.get("occurred_on", ""), MOST_CONTACTS) if place else []
    if not found:
        return _close(stub, query, "no_hit", {"retention_until": _kept(stub)})
    return _hit(stub, query, "contact", [fact for contact in found for fact in _told(contact)])


def expire(stub: Stub, query: Query) -> Query:
    """Let a query expire that nobody answered in time."""
    return _close(stub, query, "expired", None)


def _told(contact: Contact) -> list[dict[str, str]]:
    day = contact.first.isoformat()
    said = [("incident", contact.incident), ("outcome", contact.outcome)]
    return [{"name": name, "value": value, "observed_at": day} for name, value in said if value]


def _hit(stub: Stub, query: Query, hit_class: str, facts: list[dict[str, Any]]) -> Query:
    if hit_class not in CLASSES[query.asked["kind"]]:
        raise Refused("A hit of that kind of query is of another class. Nothing was changed.")
    details = {
        "class": hit_class,
        "reference": f"REF-{query.ticket[:8].upper()}",
        "retention_until": _kept(stub),
        "facts": facts,
    }
    return _close(stub, query, "hit", details)


def _close(stub: Stub, query: Query, status: str, details: dict[str, Any] | None) -> Query:
    now = stub.clock()
    said = {} if details is None else {"answered_at": now.isoformat(), **details}
    wanted = bool(query.asked["callback"] and stub.callback_url)
    closed = stub.records.put(
        query.ticket, status=status, details=said, call_at=now.timestamp() if wanted else None
    )
    stub.news.set()
    return closed


def _kept(stub: Stub) -> str:
    return (stub.clock() + KEPT).isoformat()
