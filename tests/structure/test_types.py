"""What the case process takes and gives is typed: where it says ``Any``, a reason stands here."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

STATES = Path(__file__).parents[2] / "states"

#: every public signature and field of ``states`` that says ``Any``, by why it does
EXPLAINED = {
    "SQLAlchemy's statements, columns and rows are generic, and a value is what its column holds": {
        "states.access.hidden",
        "states.access.is_there",
        "states.access.let_to",
        "states.access.named",
        "states.access.seen",
        "states.access.work_seen",
        "states.casebook.disclosing.disclosures.line_of",
        "states.casebook.effects.links.find",
        "states.casebook.alarms.answers.called",
        "states.casebook.effects.links.look_for",
        "states.casebook.disclosing.releases.turn_to",
        "states.casebook.intake.versions.Earlier.row",
        "states.casebook.intake.versions.Incidents.note",
        "states.casebook.loading.together",
        "states.casebook.persons.joining.of_case",
        "states.casebook.persons.relations.of_case",
        "states.casebook.persons.candidates.LIES_IN",
        "states.casebook.statements.listing",
        "states.ledger.anchors.Anchor.of",
        "states.ledger.checkpoints.hash_of",
        "states.ledger.checkpoints.newest",
        "states.ledger.folding.Fold.compare",
        "states.ledger.folding.rows_of_team",
        "states.ledger.streaming.among",
        "states.ledger.streaming.streamed",
        "states.store.batch.Statement.__init__",
        "states.store.batch.Statement.count",
        "states.store.batch.Statement.later",
        "states.store.batch.Statement.rows",
        "states.store.engine.insert_missing",
        "states.tables.columns.loaded",
        "states.tables.columns.stored",
    },
    "SQLModel takes a column's default as if it were the column's value": {
        "states.tables.columns.codes",
        "states.tables.columns.codes_by_id",
        "states.tables.columns.moment",
        "states.tables.columns.of_case",
        "states.tables.columns.sealed",
    },
    "the ledger digests any column of any table, by name": {
        "states.casebook.page.Page.begin",
        "states.casebook.page.Page.set_shared",
        "states.casebook.page.Page.tell",
        "states.deadlines.start",
        "states.ledger.chain.append",
        "states.ledger.chain.as_case_event",
        "states.ledger.chain.link",
        "states.ledger.coverage.Coverage.added",
        "states.ledger.coverage.Coverage.anew",
        "states.ledger.coverage.Coverage.changed",
        "states.ledger.coverage.Coverage.defaults",
        "states.ledger.coverage.Coverage.is_default",
        "states.ledger.coverage.Coverage.of",
        "states.ledger.coverage.Coverage.written_once",
        "states.ledger.told.Told.hear",
    },
    "it is JSON, of whatever shape": {
        "states.casebook.disclosing.disclosures.export",
        "states.casebook.disclosing.notices.Draft.context",
        "states.casebook.disclosing.notices.NoticeLine.context",
        "states.casebook.page.Page.add",
        "states.casebook.page.Page.seal",
        "states.casebook.reading.timeline.Happening.data",
        "states.casebook.record.exporting.Exported.record",
        "states.casebook.reading.agreeing.waits_for_agreement",
        "states.casebook.reading.whole_case.dossier",
        "states.casebook.rearranging.corrections.put_right",
        "states.casebook.rearranging.of_team.TeamEntry.kept",
        "states.casebook.rearranging.following.Entry.opened",
        "states.casebook.team.news.Item.context",
        "states.contents.inquiry.CorrectionContent.former",
        "states.contents.verbatim.NoticeContent.context",
        "states.copies.making.opened",
        "states.tables.registers.Checkpoint.heads",
        "states.tables.registers.Event.data",
        "states.tables.registers.TeamEvent.data",
        "states.vault.DataKey.open",
        "states.vault.DataKey.seal",
    },
    "one list of things of which each has a type of its own": {
        "states.casebook.rearranging.following.Entry.follow",
        "states.contents.kept.KEPT",
        "states.contents.payloads.OWING",
    },
    "guards look at sections of a case file that lie in one statement's rows, for speed": {
        "states.casefile.Row.__getattr__",
    },
    "a keyword of every kind, as in the standard library": {
        "states.casebook.standing.marks.blinds",
        "states.store.threads.in_own_loop",
    },
}


def says_any(annotation: ast.expr | None) -> bool:
    """Whether an annotation has ``Any`` in it."""
    return annotation is not None and any(
        isinstance(each, ast.Name) and each.id == "Any" for each in ast.walk(annotation)
    )


def untyped(body: Sequence[ast.stmt], prefix: str) -> Iterator[str]:
    """The public functions, methods, fields and constants that say ``Any``."""
    for each in body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            taken = [*each.args.posonlyargs, *each.args.args, *each.args.kwonlyargs]
            taken += [one for one in (each.args.vararg, each.args.kwarg) if one is not None]
            private = each.name.startswith("_") and not each.name.startswith("__")
            if not private and any(map(says_any, (each.returns, *(one.annotation for one in taken)))):
                yield f"{prefix}.{each.name}"
        elif isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
            yield from untyped(each.body, f"{prefix}.{each.name}")
        elif isinstance(each, ast.AnnAssign) and says_any(each.annotation):
            name = ast.unparse(each.target)
            yield from [] if name.startswith("_") else [f"{prefix}.{name}"]


def found() -> set[str]:
    """All of them in ``states``, without its migrations."""
    names = set()
    for file in STATES.rglob("*.py"):
        if "migrations" not in file.parts:
            module = ".".join(file.relative_to(STATES.parent).with_suffix("").parts)
            names |= set(untyped(ast.parse(file.read_text()).body, module.removesuffix(".__init__")))
    return names


def test_what_says_any_in_public_is_explained() -> None:
    """A new one is typed, or gives its reason; one that is typed by now leaves the list."""
    explained = set().union(*EXPLAINED.values())
    assert found() - explained == set(), "type these, or say here why they cannot be"
    assert explained - found() == set(), "these are typed by now"
    assert sum(map(len, EXPLAINED.values())) == len(explained), "each has one reason"


def test_what_it_looks_for_is_found() -> None:
    """Arguments, results and fields, at any depth; what is private may say so."""
    source = "class A:\n    x: dict[str, Any]\n    def f(self, *y: Any) -> None: ...\n"
    source += "def g() -> list[Any]: ...\ndef _h(row: Any) -> None: ...\n"
    assert list(untyped(ast.parse(source).body, "m")) == ["m.A.x", "m.A.f", "m.g"]
