"""A walk through the API that makes every call that tells something, and keeps what was answered."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx

from console.api.call import Call
from console.api.calls import CALLS
from console.api.document import ROOT
from console.api.samples import example_of
from states.casebook.accounts import tokens
from states.casebook.closing import endings
from states.casebook.figures import reporting
from states.casebook.inquiry import triage
from states.casebook.intake import logbook
from states.casebook.landing import kept
from states.casebook.reading import audit
from states.casebook.team import members
from states.contents.team import MemberContent, ReportTexts
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Role
from states.vocabulary.programs import Scope
from states.vocabulary.sources import LegalBasis, SourceKind
from tests.cases.planning import in_force
from tests.console.web.conftest import Served
from tests.states.courses.taking_up import take_up
from tests.states.standing.test_kept_out_everywhere import LOG

#: the calls, by method and address
BY_ADDRESS: Mapping[str, Call] = {call.at: call for call in CALLS}

WHY = {"because": "invented"}

FURTHER = [{"kind": "campus_id", "value": "900000077"}]


@dataclass
class Programs:
    """Programs of members, and what they were answered.

    Args:
        served: the console.
        answered: what each call answered, in turn.
    """

    served: Served
    answered: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    def ask(self, call: str, sent: Any = None, *, by: str = "chair", refused: int = 0, **given: Any) -> Any:
        """Make a call, with its own example where nothing else is sent; gives what it answers.

        Args:
            call: its method and address.
            sent: what is sent: JSON, or bytes.
            by: whose program.
            refused: with which status it is refused, by what is on record; 0: it is not.
            given: what stands in its address, and in its query; beside bytes, in headers.
        """
        found = BY_ADDRESS[call]
        named = {name: given.pop(name) for name in found.in_path}
        how: dict[str, Any] = {"params": {} if found.raw else given, "headers": {"If-Match": "*"}}
        if isinstance(sent, bytes):
            how["content"] = sent
            how["headers"] |= {head: quote(given[name]) for head, name in found.heads.items()}
        elif found.sends is not None:
            how["json"] = json.loads(json.dumps(example_of(found) if sent is None else sent, default=str))
        answer = self._client(by).request(found.method, found.path.format(**named), **how)
        fits = (refused,) if refused else (200, 204)
        assert answer.status_code in fits, (call, answer.status_code, answer.text)
        if refused or found.gives_nothing or found.gives_file:
            return None
        self.answered[call].append(answer.json())
        return answer.json()

    def _client(self, member: str) -> httpx.Client:
        if member not in self.clients:
            by, lasts = members.actor(self.served.book, member), tokens.LONGEST_GRAVE
            made = tokens.make(self.served.book, "a-program", by=by, scopes=list(Scope), lasts=lasts)
            client = self.served.stranger()
            client.base_url = f"{self.served.url}{ROOT}"
            client.headers["Authorization"] = f"Bearer {made.secret}"
            self.clients[member] = client
        return self.clients[member]


def _plans(its: Programs, now: str) -> None:
    """Another version of the plan: handed in, approved and put in force; one more that is taken back."""
    its.ask("GET /policy")
    text = its.served.book.pack.file.read_bytes() + b"\n# invented\n"
    handed_in = its.ask("POST /policy/next", text)
    its.ask("GET /policy/next")
    its.ask("GET /policy/next/approval")
    its.ask("POST /policy/next/in-force", {"digest": handed_in["digest"]}, refused=409)
    said = {"review": {"sections_revised": "Contacts."}, "effective_at": now, "approved_by": "Invented body"}
    its.ask("POST /reviews", {**said, "coming": True})
    its.ask("POST /policy/next/in-force", {"digest": handed_in["digest"]})
    its.ask("GET /policy/next", refused=404)
    its.ask("POST /policy/next", text)
    its.ask("POST /policy/next/removal")
    its.ask("POST /policy/next/removal", refused=404)


def _apart(served: Served) -> str:
    number = served.walk.reported()
    triage.assign(served.book, number, by=served.walk.chair, lead="officer", offices=["university_police"])
    return number


def _enrol(served: Served, member: str, office: str, *roles: Role) -> None:
    content = MemberContent(name=f"invented-{member}", address=f"{member}@wnmu.example", phone="575-555-0143")
    offices = [office] if office else []
    members.enrol(served.book, member, content, by=served.walk.chair, offices=offices, roles=roles)


def _team(its: Programs) -> None:
    for member, office in (("m-chair", "student_affairs"), ("m-police", "university_police")):
        _enrol(its.served, member, office, Role.MEMBER)
    _enrol(its.served, "keeper", its.served.book.pack.custodian_office, Role.CUSTODIAN)
    _enrol(its.served, "eva", "", Role.EXPERT)
    _enrol(its.served, "leaver", "university_police", Role.MEMBER)
    led = its.served.walk.reported()
    triage.assign(
        its.served.book, led, by=its.served.walk.chair, lead="leaver", offices=["university_police"]
    )
    for call in ("GET /team", "GET /me", "GET /meetings", "GET /tokens"):
        its.ask(call)
    its.ask("POST /accounts/{member_id}/link", member_id="nurse")
    its.ask("POST /accounts/{member_id}/reset", member_id="nurse")
    its.ask("POST /accounts/{member_id}/unlocking", member_id="nurse")
    its.ask("POST /accounts/{member_id}/sessions-end", member_id="nurse")
    its.ask("GET /accounts")
    now = its.served.watch().isoformat()
    its.ask("POST /team/{member_id}/end", {"on": now, "hand_over_to": "officer"}, member_id="leaver")
    later = (its.served.watch() + timedelta(days=9)).isoformat()
    its.ask("POST /team/{member_id}/end", {"on": later, "hand_over_to": "officer"}, member_id="m-police")
    its.ask("GET /coming-ends")
    review = its.ask("POST /reviews", {"review": {"sections_revised": "Contacts."}, "effective_at": now})[
        "id"
    ]
    right = {"given": {"sections_revised": "Contacts, and rooms."}, "because": "One was left out."}
    its.ask("POST /team-records/{record_id}/correction", right, record_id=review)
    its.ask("GET /reviews")
    its.ask("GET /policy/approval")
    _plans(its, now)
    its.ask("POST /training/{member_id}", member_id="officer")
    its.ask("POST /changes")
    agreed = its.ask("POST /agreements")
    its.ask("POST /team-records/{record_id}/correction", record_id=agreed["id"])
    for call in ("GET /training", "GET /changes", "GET /agreements"):
        its.ask(call)
    shift = {"starts_at": "2999-01-01T08:00-07:00", "ends_at": "2999-01-02T08:00-07:00"}
    its.ask("POST /duty", {"member_id": "nurse", **shift})
    its.ask("POST /times-off/{member_id}", member_id="nurse")
    its.ask("GET /duty")


def _learning(its: Programs) -> None:
    its.ask("GET /trends")
    period = its.ask("GET /semester-reports")["items"][0]["period"]["name"]
    texts = ReportTexts(recommendations="Train more.").model_dump(mode="json")
    written = its.ask("POST /semester-reports/{about}", {"texts": texts}, about=period)
    by_nurse = replace(its.served.walk.chair, id="nurse")
    reporting.approve(its.served.book, period, by=by_nurse, seen=written["id"])
    its.ask("GET /semester-reports")
    its.ask("GET /semester-reports/{about}", about=period)
    soon = (its.served.watch() + timedelta(days=1)).isoformat()
    later = (its.served.watch() + timedelta(days=2)).isoformat()
    called = its.ask("POST /semester-meetings/calls", {"at": soon})
    this = {"meeting_id": called["id"]}
    its.ask("POST /semester-meetings/{meeting_id}/answer", {"comes": True, **WHY}, **this)
    its.ask("POST /semester-meetings/{meeting_id}/move", {"at": later, **WHY}, **this)
    its.ask("GET /semester-meetings/{meeting_id}/call", **this)
    its.ask("POST /semester-meetings/{meeting_id}/cancellation", **this)
    made = its.ask("POST /semester-meetings", {"present": ["chair", "nurse"], "minutes": "Quiet."})
    put = {"given": {"minutes": "Quiet, and short."}, "because": "Left out."}
    its.ask("POST /team-records/{record_id}/correction", put, record_id=made["id"])
    its.ask("GET /semester-meetings/{meeting_id}", meeting_id=made["id"])


def _reports(its: Programs) -> None:
    its.ask("POST /reports")
    report = example_of(BY_ADDRESS["POST /reports"])
    report["report"]["subject"]["further_identifiers"] = FURTHER
    its.ask("GET /cases/{number}", number=its.ask("POST /reports", report)["number"])
    its.ask("GET /sites/{site}/phones", site="silver_city")
    begun = its.ask("POST /reports/imminent")
    its.ask("POST /reports/{report_id}/rest", report_id=begun["report_id"])
    its.ask("POST /logs", LOG, site="silver_city")
    entries = its.ask("GET /log-entries", limit=1)["items"]
    its.ask("GET /log-entries/counts")
    its.ask("POST /log-entries/{entry_id}/report", entry_id=entries[0]["entry_id"])
    its.ask("GET /log-entries")
    book = its.served.book
    logbook.keep(book, b"invented-bytes", "It is no mail that could be read.")
    (came,) = (each for each in kept.waiting(book, by=its.served.walk.chair) if not each.of_log)
    its.ask("GET /log-entries/{entry_id}", entry_id=came.entry_id)
    its.ask("POST /log-entries/{entry_id}/set-aside", entry_id=came.entry_id)
    (imported,) = its.ask("GET /imports")["items"]
    its.ask("POST /imports/{import_id}/undoing", import_id=imported["import_id"])


def _inquiry(its: Programs) -> None:
    walk = its.served.walk
    number = walk.reported()
    (report,) = walk.records(number, "reports")
    asked = {"number": number, "report_id": report["id"]}
    its.ask("POST /cases/{number}/screenings", {"level": "Moderate", **WHY}, number=number, by="officer")
    its.ask("POST /cases/{number}/reports/{report_id}/questions", **asked)
    its.ask("GET /cases/{number}/conversations", number=number)
    offices = ["student_affairs", "university_police", "health_services", "academic_affairs"]
    triage.assign(its.served.book, number, by=walk.chair, lead="chair", offices=offices)
    its.ask("POST /cases/{number}/steps/{trigger}", number=number, trigger="open_inquiry")
    noted = its.ask("POST /cases/{number}/notes", {"kind": "observation", "text": "invented"}, number=number)
    its.ask("POST /cases/{number}/records/{record_id}/correction", number=number, record_id=noted["id"])
    its.ask("POST /cases/{number}/questions", {"kind": "weapons_registration", **WHY}, number=number)
    its.ask("POST /cases/{number}/questions/again", number=number)
    criterion = its.served.book.pack.levels[Level.MODERATE].criteria[0].id
    rated = {
        "level": "Moderate",
        "criteria": [criterion],
        "reason": "Loud.",
        "supports": {criterion: "Twice."},
        "instruments": [{"instrument": "cstag", "answers": {"threat": "no"}}],
    }
    factor = {"kind": "protective", "text": "Trusts a coach.", "source": "The coach."}
    its.ask("POST /cases/{number}/ratings", {**rated, "factors": [factor]}, number=number)
    decided = example_of(BY_ADDRESS["POST /cases/{number}/assessments"])
    decided["instruments"] = rated["instruments"]
    its.ask("POST /cases/{number}/assessments", decided, number=number)
    its.ask(
        "POST /cases/{number}/files", b"%PDF-1.7 invented", number=number, name="a.pdf", shows="A letter."
    )
    (file,) = its.ask("GET /cases/{number}/files", number=number)["items"]
    its.ask("GET /cases/{number}/files/{file_id}/content", number=number, file_id=file["file_id"])
    its.ask("GET /cases/{number}/files", number=number)
    its.ask("GET /cases/{number}/steps", number=number)
    its.ask("GET /cases/{number}/timeline", number=number, limit=2)
    its.ask("GET /cases/{number}", number=number)
    its.ask("GET /queries", limit=2)
    _looked_into(its)
    closed = walk.closed()
    its.ask("POST /cases/{number}/early-erasures", number=closed)
    its.ask("GET /cases/{number}/early-erasures", number=closed)
    its.ask("GET /cases/{number}", number=closed)
    its.ask("POST /cases/{number}/disposition", number=walk.assessed(Level.NONE))


def _looked_into(its: Programs) -> None:
    """A question that was asked on no case, and an inquiry into it."""
    by = its.served.walk.officer
    kind, basis = SourceKind.REGISTRAR, LegalBasis.SCHOOL_OFFICIAL
    book = its.served.book
    audit.record_trial(book, by=by, source="cards", kind=kind, basis=basis, status="found")
    odd = audit.queries(book, by=its.served.walk.chair, odd_only=True)
    query = next(line.query_id for line in odd if line.source == "cards")
    its.ask("POST /queries/{query_id}/steps", {"step": "begun"}, query_id=query)
    its.ask("GET /queries/{query_id}/steps", query_id=query)
    its.ask("GET /queries/{query_id}", query_id=query)
    its.ask("GET /queries")


def _people(its: Programs) -> None:
    walk = its.served.walk
    number, other, third = walk.reported(), walk.reported(), walk.reported(private=True)
    decided = {"subject": example_of(BY_ADDRESS["POST /cases/{number}/subject"])["subject"], **WHY}
    subject = its.ask("POST /cases/{number}/subject", decided, number=number)["subject_id"]
    decided["subject"] |= {"name": "invented-other-name", "further_identifiers": FURTHER}
    its.ask("POST /cases/{number}/subject", decided, number=number)
    its.ask("POST /cases/{number}/subjects/{subject_id}/restoration", number=number, subject_id=subject)
    its.ask("POST /persons/search", {"text": "invented-subject-name"})
    its.ask("POST /persons/indexing")
    related = {"other": other, "kind": "acting_together", **WHY}
    its.ask("POST /cases/{number}/relations", related, number=number)
    its.ask("POST /cases/{number}/links", {"other": other, "same_person": True, **WHY}, number=third)
    its.ask("GET /cases/{number}", number=number)
    (private,) = walk.records(third, "reports")
    talked = {"talked_at": its.served.watch().isoformat(), "told": "A court asks.", "said": "Understands."}
    of_private = {"number": third, "report_id": private["id"]}
    its.ask("POST /cases/{number}/reports/{report_id}/privacy-talks", talked, **of_private)
    its.ask(
        "POST /cases/{number}/reports/{report_id}/reprisals",
        {"word": "seen", "who": "A neighbor", "noticed_on": "2026-01-02", "text": "Invented."},
        **of_private,
    )
    its.ask("GET /cases/{number}", number=third, by="officer")
    (report,) = walk.records(number, "reports")
    moved = {"number": number, "report_id": report["id"]}
    its.ask("POST /cases/{number}/reports/{report_id}/move", {"to": other, **WHY}, **moved)
    report = walk.records(other, "reports")[-1]
    its.ask("POST /cases/{number}/splitting", {"report_ids": [report["id"]], **WHY}, number=other)
    its.ask("POST /cases/{number}/merging", {"into": other, **WHY}, number=third)
    false = walk.reported()
    (report,) = walk.records(false, "reports")
    its.ask("POST /cases/{number}/concurrences", {"about": report["id"]}, number=false, by="officer")
    its.ask("GET /cases/{number}", number=false)
    marked = {"number": false, "report_id": report["id"]}
    its.ask("POST /cases/{number}/reports/{report_id}/falsity", WHY, **marked)
    _let_in(its)


def _let_in(its: Programs) -> None:
    number = _apart(its.served)
    until = {"until": (its.served.watch() + timedelta(days=2)).isoformat(), **WHY}
    its.ask("POST /cases/{number}/guests/{member}", until, number=number, member="eva")
    its.ask("POST /cases/{number}/break-glass", number=number, by="dean")
    stay = its.served.walk.records(number, "stays")[-1]["id"]
    its.ask(
        "POST /cases/{number}/break-glass/{stay_id}/review",
        {"justified": True, **WHY},
        number=number,
        stay_id=stay,
    )
    its.ask("GET /cases/{number}/guests", number=number)
    its.ask("GET /stays")
    its.ask("POST /cases/{number}/break-glass", number="TAT-2026-9999", by="dean", refused=404)
    its.ask("GET /refused-tries")
    its.ask("GET /readings", since=(its.served.watch() - timedelta(days=2)).isoformat())
    its.ask(
        "POST /cases/{number}/conflicts/{member}", {"keep_out": True, **WHY}, number=number, member="nurse"
    )
    its.ask("GET /cases/{number}/conflicts", number=number)
    its.ask("GET /cases/{number}", number=number)


def _danger(its: Programs) -> None:
    walk = its.served.walk
    number = walk.in_inquiry()
    raised = {"given": {"reason": "Now."}, "dangers": ["weapon"], "threatened_for": "2026-12-04"}
    its.ask("POST /cases/{number}/steps/{trigger}", raised, number=number, trigger="raise_alarm")
    its.ask("GET /alarms", limit=1)
    its.ask("POST /cases/{number}/alarms/taken-over", number=number)
    its.ask("GET /cases/{number}/alarms", number=number)
    its.ask("GET /alarms")
    target = its.ask("POST /cases/{number}/targets", number=number)["id"]
    for step in ("measures", "follow-ups"):
        its.ask(f"POST /cases/{{number}}/targets/{{target_id}}/{step}", number=number, target_id=target)
    order = its.ask("POST /cases/{number}/orders", number=number)["id"]
    its.ask(
        "POST /cases/{number}/orders/{order_id}/paper", b"%PDF-1.7 invented", number=number, order_id=order
    )
    its.ask("GET /cases/{number}", number=number)


def _measures(its: Programs) -> None:
    walk = its.served.walk
    number = walk.assessed()
    walk.act(number, "develop_plan")
    plan = its.ask("POST /cases/{number}/plans", number=number)["id"]
    approval = "POST /cases/{number}/plans/{plan_id}/approval"
    its.ask(approval, by="officer", number=number, plan_id=plan)
    its.ask("POST /cases/{number}/steps/{trigger}", {"given": {}}, number=number, trigger="activate_plan")
    number = walk.monitored(referrals=(ReferralKind.CONDUCT,))
    its.ask("GET /cases/{number}/my-actions", number=number, by="nurse")
    in_turn, ids = in_force(walk, [[], ["1"]])
    its.ask("GET /cases/{number}/my-actions", number=in_turn, by="nurse")
    done = "POST /cases/{number}/actions/{action_id}/completion"
    its.ask(done, {}, by="nurse", number=in_turn, action_id=ids["invented-2"])
    its.ask("POST /cases/{number}/reintegration-plans", number=number)
    soon = (its.served.watch() + timedelta(days=1)).isoformat()
    ahead = its.ask("POST /cases/{number}/meetings", {"kind": "review", "at": soon}, number=number)
    its.ask("POST /meetings/{meeting_id}/answer", {"comes": False, **WHY}, meeting_id=ahead["id"], by="nurse")
    now = {"kind": "review", "at": its.served.watch().isoformat()}
    meeting = its.ask("POST /cases/{number}/meetings", now, number=number)["id"]
    held = {
        "present": ["chair", "officer", "nurse", "dean"],
        "minutes": "Agreed.",
        "suggestions": ["Sooner."],
        "actions": [{"what": "Call them.", "owner": "nurse", "due_at": soon}],
    }
    of_meeting = {"number": number, "meeting_id": meeting}
    its.ask("POST /cases/{number}/meetings/{meeting_id}/minutes", held, **of_meeting)
    its.ask("GET /meetings")
    without = {"referral": {"kind": "social_services", "recommendation": "A flat."}}
    its.ask("POST /cases/{number}/referrals", without, number=number)
    referral = {"referral": {"kind": "other", "recommendation": "Talk."}}
    made = its.ask("POST /cases/{number}/referrals", referral, number=number)["referral_id"]
    answer = {"status": "acknowledged", "text": "We have it."}
    of_referral = {"number": number, "referral_id": made}
    its.ask("POST /cases/{number}/referrals/{referral_id}/outcome", answer, **of_referral)
    its.ask("GET /cases/{number}", number=number)
    its.ask("GET /cases/{number}", number=walk.reintegrating())


def _leaving(its: Programs) -> None:
    walk, now = its.served.walk, its.served.watch()
    number = walk.in_inquiry()
    given = example_of(BY_ADDRESS["POST /cases/{number}/consents"])
    given |= {"given_at": now.isoformat(), "valid_until": (now + timedelta(days=9)).isoformat()}
    its.ask("POST /cases/{number}/consents", given, number=number)
    its.ask("POST /cases/{number}/determinations", number=number)
    parent = {"to": "parent", "recipient": "parent", "basis": "consent", "what": ["case_file"]}
    asked = {"telling": parent, "because": "Asked.", "asked_by": "A parent"}
    its.ask("POST /cases/{number}/disclosures", asked, number=number, refused=409)
    court = {"to": "court", "recipient": "district_court", "basis": "court_order"}
    export = {"leaving_for": court, "because": "Ordered.", "asked_by": "The clerk"}
    its.ask("POST /cases/{number}/exports", export, number=number)
    text = {
        **court,
        "purpose": "export",
        "what": ["case_status"],
        "asked_by": "The clerk",
        **WHY,
        "text": "Open.",
    }
    release = its.ask("POST /cases/{number}/releases", text, number=number)["id"]
    its.ask("GET /releases")
    its.ask("POST /releases/{release_id}/word", release_id=release)
    its.ask("POST /releases/{release_id}/telling", release_id=release)
    its.ask("GET /disclosures")
    its.ask("GET /cases/{number}/disclosures", number=number)
    its.ask("GET /cases/{number}", number=number)
    closed = walk.closed(reporter={"name": "invented-caller", "phone": "575-555-0199"})
    endings.reporters_to_tell(its.served.book, take_up(its.served.book, closed, EffectKind.CLOSE_OUT))
    its.ask("GET /calls")
    its.ask("GET /cases/{number}", number=closed)
    for call in ("GET /cases", "GET /deadlines", "GET /effects"):
        its.ask(call, limit=3)
    waiting = its.ask("GET /effects", status="pending")["items"]
    its.ask("POST /effects/{effect_id}/again", effect_id=waiting[0]["effect_id"])


#: the parts of the walk, in order
PARTS = (_team, _learning, _reports, _inquiry, _people, _danger, _measures, _leaving)
