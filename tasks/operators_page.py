"""What operators find under Artifacts in Prefect: what is stuck, and which far side is left alone."""

from prefect.artifacts import Artifact, acreate_markdown_artifact

from states.casebook import circuits, effects
from states.casebook.circuits import CircuitLine
from states.vocabulary import EffectStatus
from tasks.desk import desk, told

#: the artifact's key; its page keeps every earlier version
KEY = "operations"


async def show_operations() -> None:
    """Write the operators' page anew when something on it has changed."""
    counts = await told(effects.counts, desk().book)
    failing = await told(circuits.failing, desk().book)
    page = operations(counts[EffectStatus.STUCK], failing)
    shown = await Artifact.aget(KEY)
    if shown is None or shown.data != page:
        await acreate_markdown_artifact(page, key=KEY, description="What needs an operator.")


def operations(stuck: int, failing: list[CircuitLine]) -> str:
    """The operators' page, in Markdown.

    Args:
        stuck: how many effects are stuck.
        failing: the far sides whose last call failed.
    """
    counted = f"**{stuck} effect(s) stuck**: see `tat effects list --status stuck`."
    lines = ["# Operations", "", counted if stuck else "No effect is stuck.", ""]
    if not failing:
        return "\n".join([*lines, "Every far side that was called answered."])
    lines += ["| far side | failures in a row | why | called again |", "|---|---|---|---|"]
    for line in failing:
        again = "at once" if line.retry_at is None else f"after {line.retry_at:%Y-%m-%d %H:%M} UTC"
        lines.append(f"| {line.name} | {line.failures} | `{line.code}` | {again} |")
    return "\n".join(lines)
