"""What the groups of figures are called."""

from states.policy.pack import Pack
from states.vocabulary.figures import Grouping
from states.vocabulary.spelling import words


def group_called(pack: Pack, grouping: Grouping, code: str) -> str:
    """What a site or an affiliation is called; everybody, where none is named."""
    if not code:
        return "everybody"
    if grouping is Grouping.SITE and code in pack.sites:
        return pack.site(code).name
    return words(code)
