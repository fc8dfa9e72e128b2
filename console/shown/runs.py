"""What does the work that is owed, as whoever looks after the machines reads it: runs, and no content."""

from console.shown.parts import Cell, Link, Text
from notifications.messages.wording import in_words
from states.casebook.effects.listing import EffectLine
from states.vocabulary.effects import EffectKind, EffectStatus

#: what each status is called, and the mark before it: none is told by a color alone
STATUSES = {
    EffectStatus.PENDING: "\N{HORIZONTAL ELLIPSIS} waits",
    EffectStatus.CLAIMED: "\N{BLACK RIGHT-POINTING TRIANGLE} is being done",
    EffectStatus.DONE: "\N{CHECK MARK} done",
    EffectStatus.STUCK: "! stuck",
}


def called(line: EffectLine) -> str:
    """What an effect is, as a heading: what is being done for the case."""
    said = str(in_words(EffectKind(line.kind)))
    return said[:1].upper() + said[1:]


def run_of(line: EffectLine, runs_at: str) -> Cell:
    """The Prefect run of an effect, as a link to it; what the alarm lane does ahead of Prefect may have none.

    Args:
        line: the effect.
        runs_at: the address that the id of a run completes.
    """
    if line.flow_run_id is None:
        return Text("not in Prefect") if line.done_at else None
    return Link(f"Run {line.flow_run_id[:8]}", f"{runs_at}{line.flow_run_id}")
