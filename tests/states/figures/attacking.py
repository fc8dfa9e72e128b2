"""Somebody who has every number that is shown, and works out what they can of those that are not.

What is counted once by category, by site and by affiliation is a flow: from the categories of one chart
through the sites, and on through the categories of another chart of the same things to the affiliations.
Whatever is shown fixes what flows along an edge or through a node; "fewer than 5" bounds it. So which values
a number can have is a question of which flows there are; it is answered exactly, by a maximal flow.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from states.figures.suppression import EVERYBODY, LEAST, TOTAL, Cell, Shown
from states.vocabulary.figures import Unshown

#: a node, as the layer that it is in and its name, and an edge
Node = tuple[int, str]
Edge = tuple[Node, Node]

#: what may flow along each edge, least and most
Bounds = dict[Edge, tuple[int, int]]

#: more than anything in a test
PLENTY = 10_000

#: the node from which everything comes and to which it goes
START, END = (-1, "start"), (99, "end")

#: of each table, the layers of its groups and of its categories
_LAYERS = ((1, 0), (1, 2), (3, 2))


def bounds_of(cell: Cell) -> tuple[int, int]:
    """What is known of a number by what is shown for it."""
    if isinstance(cell, Unshown):
        return (0, LEAST - 1) if cell is Unshown.FEW else (0, PLENTY)
    return cell, cell


class Attacker:
    """Whoever has what is shown of some tables that count the same things.

    Args:
        tables: one table; or one by site and one by affiliation, of the same categories; or before these two
            one by site of other categories.
    """

    def __init__(self, *tables: Shown) -> None:
        self.known: Bounds = {}
        self.hidden: list[tuple[int, str, str]] = []
        self._place = 0 if len(tables) == len(_LAYERS) else 1
        for number, shown in enumerate(tables):
            for (group, category), cell in shown.items():
                edge = self.edge(number, group, category)
                low, high = bounds_of(cell)
                least, most = self.known.get(edge, (low, high))
                self.known[edge] = (max(low, least), min(high, most))
                if isinstance(cell, Unshown):
                    self.hidden.append((number, group, category))
        nodes = {node for edge in self.known for node in edge if node not in (START, END)}
        first, last = min(layer for layer, _ in nodes), max(layer for layer, _ in nodes)
        self._ways = [(START, node) for node in nodes if node[0] == first]
        self._ways += [(node, END) for node in nodes if node[0] == last]

    def edge(self, number: int, group: str, category: str) -> Edge:
        """Along which edge flows what a cell of a table counts: each layer has a way in and a way out."""
        rows, columns = _LAYERS[number + self._place]
        row, column = (
            ((2 * rows, group), (2 * rows + 1, group)),
            ((2 * columns, category), (2 * columns + 1, category)),
        )
        if group == EVERYBODY:
            return (END, START) if category == TOTAL else column
        if category == TOTAL:
            return row
        return (row[1], column[0]) if rows < columns else (column[1], row[0])

    def values(self, edge: Edge, true: int, wanted: int = LEAST) -> set[int]:
        """Values that a number can have, the true one among them: all, or as many as are wanted.

        Args:
            edge: the number.
            true: its true value, which whoever attacks does not have; the search begins there.
            wanted: how many are enough.
        """
        found = set[int]()
        for step in (1, -1):
            value = true
            while value >= 0 and len(found) < wanted and self._is_possible(edge, value):
                found.add(value)
                value += step
        return found

    def _is_possible(self, edge: Edge, value: int) -> bool:
        low, high = self.known[edge]
        return low <= value <= high and circulates(self.known | {edge: (value, value)}, self._ways)


def circulates(bounds: Mapping[Edge, tuple[int, int]], free: Iterable[Edge]) -> bool:
    """Whether anything can flow round within bounds on each edge (Hoffman 1960), by one maximal flow."""
    room: dict[Node, dict[Node, int]] = defaultdict(lambda: defaultdict(int))
    owed: dict[Node, int] = defaultdict(int)
    for (one, other), (low, high) in {**dict.fromkeys(free, (0, PLENTY)), **bounds}.items():
        if low > high:
            return False
        room[one][other] += high - low
        owed[other] += low
        owed[one] -= low
    source, sink = (-2, "source"), (-2, "sink")
    for node, much in list(owed.items()):
        if much > 0:
            room[source][node] += much
        elif much < 0:
            room[node][sink] -= much
    wanted = sum(much for much in owed.values() if much > 0)
    while wanted and (way := _way(room, source, sink)):
        most = min(room[one][other] for one, other in way)
        for one, other in way:
            room[one][other] -= most
            room[other][one] += most
        wanted -= most
    return not wanted


def _way(room: Mapping[Node, Mapping[Node, int]], source: Node, sink: Node) -> list[Edge]:
    """A shortest way along which more can flow; empty: there is none (Edmonds and Karp 1972)."""
    before, waiting = {source: source}, deque([source])
    while waiting and sink not in before:
        node = waiting.popleft()
        for other, much in room[node].items():
            if much > 0 and other not in before:
                before[other] = node
                waiting.append(other)
    way, node = list[Edge](), sink
    while node in before and node != source:
        way.append((before[node], node))
        node = before[node]
    return way
