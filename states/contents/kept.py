"""Which content belongs to which kind of record: what is sealed in a row comes back typed.

Every kind of record that seals a content stands here, once.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from states.contents.closing import DispositionContent, FollowUpContent, TakeOverContent
from states.contents.inquiry import (
    AssessmentContent,
    CorrectionContent,
    NoteContent,
    RatingContent,
    RemarkContent,
    StayContent,
)
from states.contents.leaving import (
    ClearingContent,
    ConsentContent,
    DeterminationContent,
    ReleaseContent,
    RequestContent,
    SentReferral,
)
from states.contents.plans import (
    ActionContent,
    CheckInContent,
    MeetingContent,
    PlanContent,
    ProtectiveOrderContent,
    ReintegrationContent,
    TargetContent,
)
from states.contents.reports import (
    MessageContent,
    PrivacyTalkContent,
    ReportContent,
    ReprisalContent,
    SubjectContent,
)
from states.contents.team import (
    AccountContent,
    ApprovedReview,
    ChangeContent,
    KeptAgreement,
    MemberContent,
    PasskeyContent,
    SemesterReportContent,
    TrainingContent,
)
from states.contents.verbatim import (
    AnswerContent,
    AttachmentContent,
    CallContent,
    ConflictContent,
    LogEntryContent,
    NoticeContent,
    TipContent,
)
from states.errors import ContentUnreadable
from states.vault import DataKey

ContentT = TypeVar("ContentT", bound=BaseModel)


class Sealed(Protocol):
    """A record as it was read."""

    id: str
    #: what it says, sealed
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept(Generic[ContentT]):
    """A kind of record, and what is sealed in it.

    Args:
        table: the name of its table.
        content: the model of what people wrote.
    """

    table: str
    content: type[ContentT]

    def open(self, key: DataKey, row: Sealed) -> ContentT:
        """What one record says; what an older version wrote besides is passed over.

        Args:
            key: the data key of its case, or the team's.
            row: the record as it was read.

        Raises:
            VaultLocked: it was sealed with another key, or for another record.
            ContentUnreadable: it does not fit what this version knows.
        """
        said = key.open(self.table, row.id, row.content)
        with suppress(ValidationError):
            return self.content.model_validate(said, extra="ignore")
        message = f"What record {row.id} of {self.table} says does not fit what this version knows."
        raise ContentUnreadable(f"{message} Nothing was changed: tell whoever looks after this installation.")

    def seal(self, key: DataKey, row_id: str, content: ContentT) -> bytes:
        """Seal what one record is to say.

        Args:
            key: the data key of its case, or the team's.
            row_id: its id.
            content: what it says.
        """
        return key.seal(self.table, row_id, content.model_dump(mode="json"))


REPORTS = Kept("reports", ReportContent)
SUBJECTS = Kept("subjects", SubjectContent)
REPORT_MESSAGES = Kept("report_messages", MessageContent)
TIPS = Kept("tips", TipContent)
LOG_ENTRIES = Kept("log_entries", LogEntryContent)
SCREENINGS = Kept("screenings", RemarkContent)
CONCURRENCES = Kept("concurrences", RemarkContent)
REMARKS = Kept("remarks", RemarkContent)
NOTES = Kept("notes", NoteContent)
RATINGS = Kept("ratings", RatingContent)
ASSESSMENTS = Kept("assessments", AssessmentContent)
SOURCE_QUERIES = Kept("source_queries", AnswerContent)
CORRECTIONS = Kept("corrections", CorrectionContent)
CONFLICTS = Kept("conflicts", ConflictContent)
STAYS = Kept("stays", StayContent)
PRIVACY_TALKS = Kept("privacy_talks", PrivacyTalkContent)
REPRISALS = Kept("reprisals", ReprisalContent)
ALARMS = Kept("alarms", RemarkContent)
ALARM_ANSWERS = Kept("alarm_answers", TakeOverContent)
TARGETS = Kept("targets", TargetContent)
TARGET_STEPS = Kept("target_steps", RemarkContent)
PROTECTIVE_ORDERS = Kept("protective_orders", ProtectiveOrderContent)
ATTACHMENTS = Kept("attachments", AttachmentContent)
PLANS = Kept("plans", PlanContent)
PLAN_ACTIONS = Kept("plan_actions", ActionContent)
MEETINGS = Kept("meetings", MeetingContent)
INVITATION_ANSWERS = Kept("invitation_answers", RemarkContent)
REINTEGRATION_PLANS = Kept("reintegration_plans", ReintegrationContent)
CHECK_INS = Kept("check_ins", CheckInContent)
REFERRALS = Kept("referrals", SentReferral)
NOTICES = Kept("notices", NoticeContent)
DETERMINATIONS = Kept("determinations", DeterminationContent)
CONSENTS = Kept("consents", ConsentContent)
DISCLOSURE_REQUESTS = Kept("disclosure_requests", RequestContent)
RELEASES = Kept("releases", ReleaseContent)
RELEASE_DECISIONS = Kept("release_decisions", ClearingContent)
DISPOSITIONS = Kept("dispositions", DispositionContent)
HAND_OVERS = Kept("hand_overs", FollowUpContent)
CALLS = Kept("calls", CallContent)
ERASURE_PERMITS = Kept("erasure_permits", RemarkContent)
MEMBERS = Kept("members", MemberContent)
ACCOUNTS = Kept("accounts", AccountContent)
PASSKEYS = Kept("passkeys", PasskeyContent)
REVIEWS = Kept("reviews", ApprovedReview)
SEMESTER_REPORTS = Kept("semester_reports", SemesterReportContent)
TRAININGS = Kept("trainings", TrainingContent)
CHANGES = Kept("changes", ChangeContent)
AGREEMENTS = Kept("agreements", KeptAgreement)

#: every kind of record that seals a content
KEPT: tuple[Kept[Any], ...] = (
    REPORTS,
    SUBJECTS,
    REPORT_MESSAGES,
    TIPS,
    LOG_ENTRIES,
    SCREENINGS,
    CONCURRENCES,
    REMARKS,
    NOTES,
    RATINGS,
    ASSESSMENTS,
    SOURCE_QUERIES,
    CORRECTIONS,
    CONFLICTS,
    STAYS,
    PRIVACY_TALKS,
    REPRISALS,
    ALARMS,
    ALARM_ANSWERS,
    TARGETS,
    TARGET_STEPS,
    PROTECTIVE_ORDERS,
    ATTACHMENTS,
    PLANS,
    PLAN_ACTIONS,
    MEETINGS,
    INVITATION_ANSWERS,
    REINTEGRATION_PLANS,
    CHECK_INS,
    REFERRALS,
    NOTICES,
    DETERMINATIONS,
    CONSENTS,
    DISCLOSURE_REQUESTS,
    RELEASES,
    RELEASE_DECISIONS,
    DISPOSITIONS,
    HAND_OVERS,
    CALLS,
    ERASURE_PERMITS,
    MEMBERS,
    ACCOUNTS,
    PASSKEYS,
    REVIEWS,
    SEMESTER_REPORTS,
    TRAININGS,
    CHANGES,
    AGREEMENTS,
)
