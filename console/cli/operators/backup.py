"""`tat backup`, `tat restore`: a copy of everything, encrypted, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.options import AsJson
from console.cli.terminal.session import casebook, settings, zone_of
from console.shown.parts import pairs, phrase, sentence, when
from states.vocabulary.spelling import words

#: what becomes of files that lie in S3-compatible storage
IN_A_BUCKET = "NOT in it: they lie in the bucket, whose versions or replica are their backup"


def backup(*, as_json: AsJson = False) -> None:
    """Back up the casebook while it is in use: encrypted, and read back before it counts."""
    from states.copies import make

    chosen = settings()
    with casebook() as book:
        made = make(book.store, chosen, now=book.clock())
        zone = zone_of(book.pack)
    size = made.file.stat().st_size
    rows = (
        ("File", made.file),
        ("Shows", when(made.made_at, zone)),
        ("Cases", made.rows["cases"]),
        ("Rows", sum(made.rows.values())),
        ("Bytes", size),
        ("Files of cases", IN_A_BUCKET if chosen.files_bucket else "copied beside it, sealed"),
    )
    keep = "Keep master key and backup key elsewhere, apart from the backups: it takes both to restore one."
    data = {"file": str(made.file), "made_at": made.made_at, "rows": made.rows, "bytes": size}
    data["files_of_cases"] = "in a bucket" if chosen.files_bucket else "copied"
    answer(data, "The backup is written and was read back whole.", pairs(rows), keep, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup that `tat backup` made.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into a folder (TAT_HOME) or database (TAT_DATABASE_URL) that holds no casebook yet.

    The master key and the backup key of then must be there: in the folder, the environment, or by a command.
    Whatever may have been sent since is held until somebody lets it go: `tat effects let-go`.
    """
    from deployments.supervision import data_folder
    from states.casebook.book import utc_now
    from states.copies import restore as bring_back
    from states.errors import BadInput
    from states.policy.reading import load_pack

    chosen = settings()
    if not file.is_file():
        raise BadInput("There is no such file. Nothing was restored.")
    zone = zone_of(load_pack(chosen.pack_in_force))
    with data_folder.locked(chosen):
        restored = bring_back(chosen, file, now=utc_now())
        data_folder.close_to_others(chosen)
    hours = restored.age.total_seconds() / 3600
    at = when(restored.backup.made_at, zone)
    rows = (
        ("Shows", phrase(at, f", {hours:.1f} hours ago")),
        ("Cases", restored.verified.cases),
        ("Events", f"{restored.verified.events}, all verified"),
        ("Files", ", ".join(restored.files) or "none"),
        *((("Files of cases", restored.brought),) if restored.brought else ()),
        *((("Files of cases MISSING", restored.missing),) if restored.missing else ()),
        *((f"Held: {words(kind)}", count) for kind, count in sorted(restored.held.items())),
        ("Clocks that ran out since", restored.clocks),
    )
    alarms = [
        f"ALARM of {number}: nobody knows whether it went out. Phone now, or let it go: "
        f"tat effects redrive {effect}"
        for effect, number in restored.alarms.items()
    ]
    then = sentence(
        "Whatever was reported, decided or sent after ",
        at,
        " is not in it: ask the team and the mail server's log. What was owed then may have been done since, "
        "so it is held: see `tat effects list --status stuck`, then `tat effects let-go --case NUMBER`, or "
        "`--all`. Cases that were erased since are readable again: erase them again. Then: tat up",
    )
    data = {
        "made_at": restored.backup.made_at,
        "hours": round(hours, 1),
        "held": restored.held,
        "alarms": restored.alarms,
        "clocks": restored.clocks,
        "verified": restored.verified,
        "files": restored.files,
        "files_of_cases": restored.brought,
        "files_missing": restored.missing,
    }
    answer(data, *alarms, "The backup is restored.", pairs(rows), then, as_json=as_json)
