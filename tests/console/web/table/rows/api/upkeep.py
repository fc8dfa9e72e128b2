"""The API: what keeps the team fit for its work: training, changes of law and policy, agreements."""

from collections.abc import Mapping

from states.casebook.team.upkeep import agreements, changes, training
from states.contents.team import AgreementContent, ChangeContent, TrainingContent
from states.vocabulary.sources import SourceKind
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, Room, members
from tests.console.web.table.programs import keeper, only_for, programs, to_be_found

#: those who keep the team's training
KEEPING = ("chair", "custodian", "administrator")


def _training(served: Served, _: str) -> Mapping[str, str]:
    """One that the dean had."""
    content, by, now = TrainingContent(where="Invented."), served.walk.chair, served.book.clock()
    kind = next(iter(served.book.pack.training))
    return {"training_id": training.enter(served.book, "dean", content, by=by, kind=kind, done_at=now)}


def _change(served: Served, _: str) -> Mapping[str, str]:
    """One that somebody entered who does nothing else here."""
    content = ChangeContent(title="Invented law", what="Invented.")
    by, now = keeper(served), served.book.clock()
    return {"change_id": changes.enter(served.book, content, by=by, holds_at=now)}


def _agreement(served: Served, _: str) -> Mapping[str, str]:
    content, by, now = AgreementContent(partner="Invented sheriff"), served.walk.chair, served.book.clock()
    kinds = [SourceKind.WEAPONS_REGISTRATION]
    return {"agreement_id": agreements.enter(served.book, content, by=by, kinds=kinds, signed_at=now)}


def _record(served: Served, number: str) -> Mapping[str, str]:
    return {"record_id": _agreement(served, number)["agreement_id"]}


ROOM = Room(
    {
        "GET /api/training": programs(members()),
        # Their own, or as whoever keeps it.
        "POST /api/training/{member_id}": only_for(*KEEPING, "not on it", status=DONE),
        "POST /api/training/{training_id}/removal": to_be_found(*KEEPING, "not on it"),
        "GET /api/changes": programs(members()),
        "POST /api/changes": only_for("chair", "custodian"),
        "POST /api/changes/{change_id}/reading": programs(members(DONE)),
        "POST /api/changes/{change_id}/removal": only_for("chair", "custodian", status=DONE),
        "GET /api/agreements": programs(members()),
        "POST /api/agreements": only_for("chair", "custodian"),
        "POST /api/agreements/{agreement_id}/review": only_for("chair", "custodian", status=DONE),
        "POST /api/agreements/{agreement_id}/end": only_for("chair", "custodian", status=DONE),
        # Whoever entered it, or the chair.
        "POST /api/team-records/{record_id}/correction": only_for("chair", status=DONE),
    },
    given={"member_id": "dean"},
    each={
        "POST /api/training/{training_id}/removal": _training,
        "POST /api/changes/{change_id}/reading": _change,
        "POST /api/changes/{change_id}/removal": _change,
        "POST /api/agreements/{agreement_id}/review": _agreement,
        "POST /api/agreements/{agreement_id}/end": _agreement,
        "POST /api/team-records/{record_id}/correction": _record,
    },
)
