"""Who sees each case, as rows that lists go by, and an index for the order of each list."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

#: the words of those who are on a case, or not, each with the column of the case that lists them
LISTED = (("not", "kept_out"), ("chair", "stand_ins"), ("member", "members"), ("office", "offices"))

VIEWERS = sa.table("case_viewers", sa.column("case_id"), sa.column("who"))
CASES = sa.table(
    "cases",
    *(sa.column(name) for name in ("id", "lead", "kept_out", "stand_ins", "members", "offices")),
    sa.column("outside", sa.Boolean()),
)

OPEN_EFFECT, RUNNING = sa.text("status <> 'done'"), sa.text("satisfied_at IS NULL")
OPEN_ALARM, DRAFTED = sa.text("taken_over_at IS NULL AND followed_by IS NULL"), sa.text("status = 'drafted'")

#: the index of each list, in its order: name, table, columns, and the rows that it is of
INDEXES = (
    ("ix_cases_changed", "cases", ("changed_at", "id"), None),
    ("ix_cases_state", "cases", ("state", "changed_at", "id"), None),
    ("ix_effects_created", "effects", ("created_at", "id"), None),
    ("ix_effects_open_created", "effects", ("created_at", "id"), OPEN_EFFECT),
    ("ix_deadlines_due", "deadlines", ("due_at", "id"), RUNNING),
    ("ix_alarms_at", "alarms", ("at", "seq"), None),
    ("ix_alarms_open", "alarms", ("at", "seq"), OPEN_ALARM),
    ("ix_source_queries_at", "source_queries", ("at", "id"), None),
    ("ix_log_entries_imported", "log_entries", ("imported_at", "line"), None),
    ("ix_log_entries_verdict", "log_entries", ("verdict", "imported_at", "line"), None),
    ("ix_releases_drafted", "releases", ("at", "id"), DRAFTED),
)


def upgrade() -> None:
    op.create_table(
        "case_viewers",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_viewers_case_id")),
        sa.PrimaryKeyConstraint("case_id", "who", name=op.f("pk_case_viewers")),
        sqlite_with_rowid=False,
    )
    every = (*map(_listed, LISTED), *_further())
    # UNION: whoever leads a case may be on it by name as well.
    op.execute(VIEWERS.insert().from_select(["case_id", "who"], sa.union(*every)))
    op.create_index("ix_case_viewers_who", "case_viewers", ["who", "case_id"], unique=False)
    op.drop_index("ix_cases_state", "cases")
    op.drop_index("ix_log_entries_verdict", "log_entries")
    for name, table, columns, where in INDEXES:
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)


def _listed(word_of: tuple[str, str]) -> sa.Select[tuple[str, str]]:
    word, column = word_of
    if op.get_bind().dialect.name == "sqlite":
        one = sa.func.json_each(CASES.c[column]).table_valued("value", name="one")
    else:
        one = (
            sa.func.json_array_elements_text(CASES.c[column])
            .table_valued("value", name="one")
            .render_derived()
        )
    return sa.select(CASES.c.id, sa.literal(f"{word}:").concat(one.c.value)).select_from(
        CASES.join(one, sa.true())
    )


def _further() -> tuple[sa.Select[tuple[str, str]], ...]:
    return (
        sa.select(CASES.c.id, sa.literal("member:").concat(CASES.c.lead)).where(CASES.c.lead.is_not(None)),
        sa.select(CASES.c.id, sa.literal("any_member")).where(CASES.c.lead.is_(None)),
        sa.select(CASES.c.id, sa.literal("outside")).where(CASES.c.outside),
    )


def downgrade() -> None:
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    op.create_index("ix_cases_state", "cases", ["state"], unique=False)
    op.create_index("ix_log_entries_verdict", "log_entries", ["verdict"], unique=False)
    op.drop_table("case_viewers")
