"""Units, consents, refused requests, releases, hand-overs, calls to reporters, talks before privacy ends."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0003"


def _of_case(name: str, *columns: Any, keys: tuple[tuple[str, str], ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        *columns,
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{name}_case_id")),
        *(
            sa.ForeignKeyConstraint([key], [f"{other}.id"], name=op.f(f"fk_{name}_{key}"))
            for key, other in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        for column in ("case_id", *(key for key, _ in keys)):
            batch_op.create_index(batch_op.f(f"ix_{name}_{column}"), [column], unique=False)


def _word(name: str) -> Any:
    return sa.Column(name, sa.String(), nullable=False)


def _when(name: str, *, nullable: bool = True) -> Any:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _codes(name: str) -> Any:
    return sa.Column(name, sa.JSON(), nullable=False)


def _leaving() -> tuple[Any, ...]:
    return _word("recipient_kind"), _word("recipient"), _word("purpose")


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(_when("unit_wanted_at"))
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.add_column(_when("conveyed_at"))
    with op.batch_alter_table("dispositions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("threat", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("disruption", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("followed_up_at", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("without_follow_up", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _of_case(
        "hand_overs",
        _word("disposition_id"),
        _word("office"),
        _when("confirmed_at"),
        _word("confirmed_by"),
        keys=(("disposition_id", "dispositions"),),
    )
    _of_case("calls", _word("about"), _word("outcome"), _when("called_at"), _word("called_by"))
    _of_case(
        "consents",
        *_leaving(),
        _codes("what"),
        _when("given_at", nullable=False),
        _when("valid_until"),
        _when("revoked_at"),
    )
    _of_case(
        "disclosure_requests", *_leaving(), _word("basis"), _codes("what"), _word("about"), _codes("lacking")
    )
    with op.batch_alter_table("disclosure_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disclosure_requests_about"), ["about"], unique=False)
    _of_case(
        "releases",
        *_leaving(),
        _word("basis"),
        _codes("what"),
        _word("through"),
        _codes("needs"),
        _word("status"),
        _when("told_at"),
    )
    _of_case(
        "release_decisions",
        _word("release_id"),
        _word("office"),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        keys=(("release_id", "releases"),),
    )
    _of_case(
        "privacy_talks",
        _word("report_id"),
        _when("talked_at", nullable=False),
        _when("lifted_at"),
        keys=(("report_id", "reports"),),
    )
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent_id", sa.String(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_disclosures_consent_id"), "consents", ["consent_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("disclosures", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_disclosures_consent_id"), type_="foreignkey")
        batch_op.drop_column("consent_id")
    for name in (
        "privacy_talks",
        "release_decisions",
        "releases",
        "disclosure_requests",
        "consents",
        "calls",
        "hand_overs",
    ):
        op.drop_table(name)
    with op.batch_alter_table("dispositions", schema=None) as batch_op:
        for column in ("without_follow_up", "followed_up_at", "disruption", "threat"):
            batch_op.drop_column(column)
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_column("conveyed_at")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("unit_wanted_at")
        batch_op.drop_column("unit")
