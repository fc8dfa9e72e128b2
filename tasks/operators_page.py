"""What operators find under Artifacts in Prefect: what is stuck or waits, which far side is left alone."""

from collections.abc import Iterator

from prefect.artifacts import Artifact, acreate_markdown_artifact

from states.casebook.operating import Operations, operations
from tasks.desk import desk, told

#: the artifact's key; its page keeps every earlier version
KEY = "operations"


async def show_operations() -> None:
    """Write the operators' page anew when something on it has changed."""
    page = render(await told(operations, desk().book))
    shown = await Artifact.aget(KEY)
    if shown is None or shown.data != page:
        await acreate_markdown_artifact(page, key=KEY, description="What needs an operator.")


def render(now: Operations) -> str:
    """The operators' page, in Markdown; it says nothing that changes by itself from minute to minute."""
    return "\n".join([*_stuck(now), "", *_waiting(now), "", *_far_sides(now), "", *_signs_of_life(now)])


def _stuck(now: Operations) -> Iterator[str]:
    yield "# Operations\n"
    if not now.stuck:
        yield "No effect is stuck."
        return
    yield f"**{now.stuck_in_all} effect(s) stuck.** Mend the cause; then `tat effects redrive EFFECT`.\n"
    yield "| case | what | why | since | attempts | effect |"
    yield "|---|---|---|---|---|---|"
    for line in now.stuck:
        yield (
            f"| {line.case_number} | {line.kind} | `{line.code}` | {line.created_at:%Y-%m-%d %H:%M} UTC | "
            f"{line.attempt} | `{line.effect_id}` |"
        )


def _waiting(now: Operations) -> Iterator[str]:
    if not now.waiting:
        yield "Nothing that is due waits longer than ten minutes."
        return
    listed = ", ".join(f"{count} {kind}" for kind, count in now.waiting.items())
    yield f"**Due for more than ten minutes, and not taken up:** {listed}. Does the relay run, do workers?"


def _far_sides(now: Operations) -> Iterator[str]:
    if not now.failing:
        yield "Every far side that was called answered: mail, channels, sources, offices."
        return
    yield "| far side | failures in a row | why | called again |"
    yield "|---|---|---|---|"
    for line in now.failing:
        again = "at once" if line.retry_at is None else f"after {line.retry_at:%Y-%m-%d %H:%M} UTC"
        yield f"| {line.name} | {line.failures} | `{line.code}` | {again} |"


def _signs_of_life(now: Operations) -> Iterator[str]:
    yield "| | last |"
    yield "|---|---|"
    day = "never" if now.sealed_on is None else f"{now.sealed_on:%Y-%m-%d}"
    yield f"| ledger sealed | {day} |"
    for door, at in now.last_report.items():
        yield f"| report at the door `{door}` | {at:%Y-%m-%d %H:%M} UTC |"
