"""Narrowing on a page: what people chose of the cases that they may see, and what there is to choose."""

from collections.abc import Mapping

from states.access import Actor
from states.casebook.narrowing import Narrowed
from states.policy.pack import Pack
from states.vocabulary.cases import CaseState, Level


def chosen(said: Mapping[str, str], pack: Pack, by: Actor) -> Narrowed:
    """What somebody chose; a word that nobody could choose narrows nothing.

    Args:
        said: the fields of a form, or of an address.
        pack: the policy, which knows the sites.
        by: who chose.
    """
    state, level, site = (said.get(name, "") for name in ("state", "level", "site"))
    return Narrowed(
        CaseState(state) if state in list(CaseState) else None,
        site if site in pack.sites else "",
        Level(level) if level in list(Level) else None,
        by.id if said.get("mine") == "yes" else "",
    )


def choices(narrowed: Narrowed, pack: Pack) -> dict[str, object]:
    """What a page shows of what was chosen, and of what there is to choose."""
    return {
        "narrowed": narrowed,
        "states": [(each, each) for each in CaseState],
        "levels": [(each, each) for each in Level],
        "sites": [(code, site.name) for code, site in pack.sites.items()],
    }


def address(narrowed: Narrowed) -> dict[str, str]:
    """What was chosen, as an address holds it: codes alone."""
    said = {
        "state": narrowed.state,
        "site": narrowed.site,
        "level": narrowed.level,
        "mine": "yes" if narrowed.mine else "",
    }
    return {name: str(value) for name, value in said.items() if value}
