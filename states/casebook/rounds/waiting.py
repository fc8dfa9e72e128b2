"""What waits for a round: looked at often, so that a round leaves a run only when it has something to do.

Each answer is a token: empty when nothing waits, and the same for as long as the same things wait.
"""

from datetime import timedelta

from sqlalchemy import Select, select

from states import outbox
from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.tables import Deadline, Effect, Notice, SourceQuery, table_of
from states.vocabulary.effects import EffectStatus, NoticeStatus

_DEADLINES = table_of(Deadline)
_EFFECTS = table_of(Effect)
_NOTICES = table_of(Notice)
_QUERIES = table_of(SourceQuery)

#: ids of what waits, sorted
Token = tuple[str, ...]

#: how many things a token names at most
MOST = 100


def for_the_sweep(book: Casebook, *, by: Actor) -> Token:
    """Clocks that are due, news gathered long enough, sources to ask again, answers to erase."""
    permit(by, Act.RUN)
    now = book.clock()
    gathered_before = now - book.pack.news.gather.delta
    return _ids(
        book,
        select(_DEADLINES.c.id).where(_DEADLINES.c.satisfied_at.is_(None), _DEADLINES.c.next_at <= now),
        select(_NOTICES.c.id).where(
            _NOTICES.c.status == NoticeStatus.GATHERED, _NOTICES.c.at <= gathered_before
        ),
        select(_QUERIES.c.id).where(_QUERIES.c.poll_at <= now),
        select(_QUERIES.c.id).where(_QUERIES.c.retain_until <= now),
    )


def for_the_reconciler(book: Casebook, *, by: Actor) -> Token:
    """Attempts whose lease ran out a moment ago: their process died, and nobody else ends them."""
    permit(by, Act.RUN)
    # A claim that is renewed late is not dead yet; the reconciler would find it alive and do nothing.
    before = book.clock() - timedelta(seconds=1)
    return _ids(
        book,
        select(_EFFECTS.c.id).where(_EFFECTS.c.status == EffectStatus.CLAIMED, outbox.ran_out(before)),
    )


def _ids(book: Casebook, *queries: Select[tuple[str]]) -> Token:
    with book.store.read() as connection:
        found = [each for query in queries for each in connection.scalars(query.limit(MOST))]
    return tuple(sorted(found))
