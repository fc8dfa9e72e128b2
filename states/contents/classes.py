"""Which class each field of a case's contents is of; who sees which, :mod:`states.withholding` says.

A new field has no class until it stands here, and is shown to nobody until then.
"""

from collections.abc import Mapping
from enum import StrEnum

from states.vocabulary.leaving import ReferralKind
from states.vocabulary.sources import RECORD_HOLDERS, SourceKind


class FieldClass(StrEnum):
    """What a field of a content tells of, as far as not everybody on a case need know it."""

    #: what everybody on the case works with
    PLAIN = "plain"
    #: who reported, where they asked for privacy (W-40)
    REPORTER = "reporter_identity"
    #: what the institution's own records say of the person (U-09: FERPA)
    RECORDS = "institution_records"
    #: what law enforcement answered
    LAW_ENFORCEMENT = "law_enforcement_answer"
    #: whether and how somebody is counselled or treated (U-09: HIPAA)
    COUNSELLING = "counselling"
    #: how and where somebody who may be in danger is to be found (W-53)
    WHEREABOUTS = "target_whereabouts"
    #: why a member is kept out: it may tell who reported
    CONFLICT = "conflict"


_P, _R, _W, _C = FieldClass.PLAIN, FieldClass.REPORTER, FieldClass.WHEREABOUTS, FieldClass.COUNSELLING

#: of a source's answer: by what kind of source gave it (:func:`class_of`)
BY_SOURCE = "by_source"
#: of what came of a referral: by what was recommended
BY_REFERRAL = "by_referral"
#: of a notice: by whom it goes to
BY_RECIPIENT = "by_recipient"
#: of a former wording: each of its fields has the class of the field that was corrected
AS_CORRECTED = "as_corrected"

_Said = FieldClass | str


def _each(*fields: str, **of: _Said) -> Mapping[str, _Said]:
    """The class of each field: plain, but for those that are named with another one."""
    return dict.fromkeys(fields, _P) | of


_TEXT = _each("text")

#: the class of each field, by table
CLASSES: Mapping[str, Mapping[str, _Said]] = {
    "reports": _each(
        *("behaviour_of_concern", "subject", "channel", "occurred_on", "occurred_at", "behaviours"),
        *("means", "timing", "implied", "ability", "own_observation", "willing_to_talk"),
        *("specific_threat_or_event", "has_other_contact", "other_contact"),
        *("imminent", "dangers", "threatened_for"),
        *("private", "taken_by", "endangered", "endangered_names", "may_be_mailed", "by_phone", "follows_up"),
        reporter=_R,
    ),
    "subjects": _each(
        *("name", "also_known_as", "other_identification", "identifiers", "further_identifiers"),
        *("affiliations", "unit", "site", "further_sites"),
    ),
    # As it came: with the sender's own name and address in it.
    "tips": _each("said", "dated", "joined_by", external_id=_R, raw=_R),
    "report_messages": _TEXT,
    "screenings": _TEXT,
    "alarms": _TEXT,
    "notes": _each("kind", "with_whom", "by_team_convened", "own_observation", "text"),
    "protective_orders": _each("protects", "against", "court", "reference", "sites", "valid_until"),
    # What a file is called may name who sent it.
    "attachments": _each("data", "digest", "key", name=_R),
    "targets": _each(
        *("name", "role", "affiliations", "done", "owner", "follow_up_at"),
        **dict.fromkeys(("phone", "email", "identifiers", "site", "vulnerability"), _W),
    ),
    "target_steps": {"text": _W},
    "source_queries": _each("as_of", "ticket", "erased_at", facts=BY_SOURCE),
    "ratings": _each("level", "criteria", "supports", "ability", "factors", "instruments", "reason"),
    "assessments": _each(
        *(
            "level",
            "criteria",
            "supports",
            "instruments",
            "conditions",
            "ability",
            "factors",
            "rationale",
            "threat_of_violence",
        ),
        *("significant_disruption", "participants", "dissent", "reason_for_lowering"),
    ),
    "concurrences": _TEXT,
    # Whether breaking the glass was right is between whoever did, the chair and the custodian.
    "stays": _each("because", review=FieldClass.CONFLICT),
    "conflicts": {"said": FieldClass.CONFLICT},
    "plans": _each("kind", "summary", "topics", "targets", "actions", "stay_open", "referrals"),
    "plan_actions": _each("what", "owner", "due_at", "initial", "area", "after", "continues"),
    "meetings": _each(
        *("present", "minutes", "suggestions", "outside", "topics", "actions", "page", "moved_because"),
        "corrections",
    ),
    "referrals": _each("kind", "recommendation", "document", "ticket"),
    "reintegration_plans": _each("conditions", "check_ins"),
    "check_ins": _each("owner", "due_at", "what"),
    "dispositions": _each(
        *("text", "tell_reporter", "to_reporter", "threat", "disruption", "follow_up"),
        "no_follow_up_because",
    ),
    "remarks": _TEXT,
    "notices": _each("invite", "sequence", address=BY_RECIPIENT, context=BY_RECIPIENT),
    "determinations": _each("threat", "seriousness", "urgency", "need", "ability_of_recipient"),
    "consents": _each(
        *("given_by", "relation", "to", "recipient", "purpose", "what", "given_at", "valid_until"),
        *("document", "note"),
    ),
    "corrections": _each("reason", former=AS_CORRECTED),
    "disclosure_requests": _each("asked_by", "because", "why_not"),
    "releases": _each("to", "recipient", "purpose", "basis", "what", "asked_by", "because", "text"),
    "release_decisions": _each("named", "note"),
    "hand_overs": _each("office", "name", "address", "phone", "what"),
    "calls": _each("say", name=_R, phone=_R),
    "privacy_talks": _each("talked_at", "told", said=_R),
    # Who is treated badly, how and by whom tells who reported.
    "reprisals": _each("word", **dict.fromkeys(("who", "noticed_on", "text"), _R)),
    "alarm_answers": _each("who", "agency", "said"),
    "erasure_permits": _TEXT,
    "invitation_answers": _TEXT,
}

#: the class of columns beside a content that tell as much as one of its fields
COLUMNS: Mapping[str, Mapping[str, _Said]] = {"referrals": {"outcome": BY_REFERRAL}}

#: the class of what is corrected although it lies in a column, by what a correction calls it
CORRECTED: Mapping[str, Mapping[str, _Said]] = {
    "referrals": {"status": _P, "attendance": BY_REFERRAL},
    "calls": {"outcome": _P},
    "stays": {"justified": FieldClass.CONFLICT},
}

#: the contents of no case: they are shown to nobody with one
NOT_OF_A_CASE = (
    *("log_entries", "members", "accounts", "passkeys", "reviews", "semester_reports"),
    *("trainings", "changes", "agreements"),
)


def class_of(table: str, field: str, row: Mapping[str, object]) -> FieldClass | None:
    """The class of one field of one record; None: nobody has said it, or each part of it has its own.

    Args:
        table: the record's table.
        field: the field of its content.
        row: the record, for what its class goes by.
    """
    said = next(
        (of[table][field] for of in (CLASSES, COLUMNS, CORRECTED) if field in of.get(table, {})), None
    )
    if said == BY_SOURCE:
        kind = SourceKind(str(row["kind"]))
        ours = kind in RECORD_HOLDERS or kind.is_own
        return FieldClass.RECORDS if ours else FieldClass.LAW_ENFORCEMENT
    if said == BY_REFERRAL:
        return _C if row["kind"] == ReferralKind.COUNSELLING else _P
    if said == BY_RECIPIENT:
        return _R if row["recipient"] == "reporter" else _P
    return said if isinstance(said, FieldClass) else None
