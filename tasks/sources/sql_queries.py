"""What a source's query may be: one that reads, with values bound by name; everything else is refused."""

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from states.vocabulary import IdentifierKind

#: what has no place in a query that only reads
_WRITES = (
    exp.DML,
    exp.DDL,
    exp.Into,
    exp.Lock,
    exp.Command,
    exp.Copy,
    exp.Drop,
    exp.Set,
    exp.Pragma,
)

#: how drivers, and not SQL, name what is put in
_OF_A_DRIVER = re.compile(r"%\(|%s")

#: what looks like a value to be put in, where only a text stands
_PUT_IN = re.compile(r":[a-z_]+|[{}]|%\(|%s")


def check(sql: str) -> str:
    """Let a query pass that reads and binds; returns it.

    Args:
        sql: the query, with binds such as ``:campus_id``.

    Raises:
        ValueError: it does something else; says what, and repeats nothing of it.
    """
    query = _parsed(sql)
    if _OF_A_DRIVER.search(sql):
        raise ValueError("the query puts values in; bind them by name, as in :campus_id")
    if any(isinstance(node, _WRITES) for node in query.walk()):
        raise ValueError("the query writes or locks; a source only reads")
    if any(isinstance(node, exp.Anonymous) for node in query.walk()):
        raise ValueError("the query calls a function that is not known only to read; use none of your own")
    if any(isinstance(node, exp.Parameter | exp.Struct) for node in query.walk()):
        raise ValueError("the query puts values in; bind them by name, as in :campus_id")
    texts = [node.name for node in query.find_all(exp.Literal) if node.is_string]
    if any(_PUT_IN.search(said) for said in texts):
        raise ValueError("the query puts a value into a text; bind it outside, as in LIKE :name")
    strangers = _names(query) - {kind.value for kind in IdentifierKind}
    if strangers:
        known = ", ".join(kind.value for kind in IdentifierKind)
        raise ValueError(f"the query binds what is no identifier; there are: {known}")
    if not _names(query):
        raise ValueError("the query binds no identifier: it would answer alike about everybody")
    return sql


def binds(sql: str) -> frozenset[IdentifierKind]:
    """The identifiers that a query binds; of one that :func:`check` let pass."""
    return frozenset(IdentifierKind(name) for name in _names(_parsed(sql)))


def _parsed(sql: str) -> exp.Query:
    try:
        statements = sqlglot.parse(sql, read="postgres")
    except SqlglotError:
        statements = []
    if not any(statements):
        raise ValueError("the query is not SQL that can be read")
    (query, *more) = statements
    if more or not isinstance(query, exp.Query):
        raise ValueError("there must be one query, a SELECT")
    return query


def _names(query: exp.Query) -> set[str]:
    # A bind without a name, as ``?`` or ``%s``, is named so.
    return {node.name or "?" for node in query.find_all(exp.Placeholder)}
