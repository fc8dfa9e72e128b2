"""Whether each question of the policy pack has somebody to ask, and whether what does the work knows it."""

from dataclasses import dataclass

from deployments.relay.state import of_running_relay
from states.policy.entries import RequiredSource
from states.policy.pack import Pack
from states.settings import Settings
from states.vocabulary.spelling import words
from tasks.loaded import Loaded, at_hand, of_newest_worker, secrets_of
from tasks.sources.contract import Source
from tasks.sources.registry import Sources


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the pack.

    Args:
        needed: the pack's entry.
        source: who answers it; None: nobody does.
        problem: why it cannot be asked, as a sentence; empty: it can.
    """

    needed: RequiredSource
    source: Source | None
    problem: str


@dataclass(frozen=True, slots=True)
class Questions:
    """Every question of the pack.

    Args:
        asked: each of them, in the pack's order.
        relay_runs: whether a relay runs on this data folder.
        compared: what they were compared with, as a sentence.
    """

    asked: tuple[Asked, ...]
    relay_runs: bool
    compared: str


def questions(settings: Settings, pack: Pack, known: Sources) -> Questions:
    """See that each question of the pack has somebody to ask; nobody is asked anything.

    Args:
        settings: the installation's settings.
        pack: the policy pack.
        known: the sources that are plugged in.
    """
    relay = of_running_relay(settings)
    asked = [
        Asked(
            needed,
            source := known.for_kind(needed.kind),
            _problem(needed, source) or _at_work(settings, relay, source),
        )
        for needed in pack.sources
    ]
    return Questions(tuple(asked), relay is not None, _compared_with(settings, relay))


def _compared_with(settings: Settings, relay: Loaded | None) -> str:
    if relay is None:
        return "No relay runs on this data folder: this is what the next `tat up` will work with."
    if not relay.pool:
        return "Compared with what the running relay works with."
    if of_newest_worker(settings) is None:
        return (
            "Runs are left to a work pool, and none has been done here yet: each reads these files; what its "
            "environment holds is not known."
        )
    return "Compared with what the newest run in the work pool had; each run reads these files again."


def _at_work(settings: Settings, relay: Loaded | None, source: Source | None) -> str:
    """Where what does the work has something else than what stands in the files and the environment now."""
    if source is None:
        return ""
    here = at_hand(settings)
    if relay is not None and not relay.pool:
        if source.name not in relay.sources:
            return "The running relay does not know it (not configured): wait some seconds."
        if relay.sources[source.name] != here.sources.get(source.name):
            return "The running relay works with another table of it: wait some seconds."
    # A process of a pool reads the files anew for each run; its environment is its own.
    at_work = here if relay is None else (of_newest_worker(settings) or here) if relay.pool else relay
    named = secrets_of(settings, source.name)
    missing = ", ".join(sorted(name for name in named if not at_work.secrets.get(name)))
    return _lacking(missing, relay) if missing else ""


def _lacking(missing: str, relay: Loaded | None) -> str:
    if relay is None:
        return f"The environment has no {missing}: set it before `tat up`."
    if relay.pool:
        return f"The work pool's newest run had no {missing}: restart its worker where it is set."
    return f"The running relay has no {missing}: restart `tat up` where it is set."


def _problem(needed: RequiredSource, source: Source | None) -> str:
    if source is None and needed.ask == "on_request":
        # Whoever wants it says so in the case, and is told then that there is nobody.
        return ""
    if source is None:
        return "Nobody answers this: plug a source in, or every inquiry has to waive it."
    if needed.basis not in source.accepts[needed.kind]:
        return f"The source does not accept the pack's basis, {words(needed.basis)}."
    if source.needs[needed.kind].least(dict.fromkeys(needed.identifiers, "known")) is None:
        return "The source needs an identifier that the pack does not give."
    return ""
