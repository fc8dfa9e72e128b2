"""Whether a query may be asked at all: it is one, it only reads, and what it is asked with is bound.

It is parsed, so that whoever writes it hears of a slip at start. Nothing rests on it: what a function does
its name does not tell. That the login may only read is asked of the database
(:mod:`tasks.sources.sql.privileges`), and the transaction that a query runs in reads only
(:mod:`tasks.sources.sql.database`).
"""

import re

import sqlglot
from sqlalchemy import text
from sqlglot import exp
from sqlglot.errors import SqlglotError

from states.vocabulary.people import IdentifierKind

#: what sqlglot calls the databases that SQLAlchemy has another name for
_CALLED = {"postgresql": "postgres", "mariadb": "mysql", "mssql": "tsql"}

#: places that a program would fill in before the database sees the query
_TO_BE_FILLED_IN = re.compile(r"%[sdr](?!\w)|%\(\w+\)\w|\$?\{[^{}]*\}")

#: names and texts spelled with escapes, which nobody reads as what they are
_ESCAPED = re.compile(r"(?<!\w)u&[\"']", re.IGNORECASE)

#: parts of a query that change or lock something, whatever they stand in
_WRITES = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock)

#: what a query begins with
_BEGINNINGS = ("SELECT", "WITH", "(")

#: functions that change something, wait, reach out of the database, or run a text as SQL
_FUNCTIONS = frozenset(
    {
        *("nextval", "setval", "set_config", "next_value_for"),
        *("sleep", "benchmark", "get_lock", "release_lock", "release_all_locks"),
        *("load_extension", "load_file", "readfile", "writefile", "edit", "fts3_tokenizer"),
        *("openrowset", "openquery", "opendatasource", "ts_stat"),
    }
)

#: what the names of others begin with
_FAMILIES = re.compile(
    r"(?:pg|lo|dblink|xp|sp|dbms|utl|query_to|cursor_to|table_to|schema_to|database_to)(?:_|$)"
)


def check_query(sql: str, dialect: str) -> frozenset[IdentifierKind]:
    """See that a query is a single one that only reads and binds what it is asked with.

    Args:
        sql: the query, with a bind such as ``:campus_id`` for each identifier.
        dialect: SQLAlchemy's name of the database it is for, such as ``postgresql``.

    Returns:
        The identifiers that it binds; at least one.

    Raises:
        ValueError: it may not be asked; a sentence, which quotes nothing of the query but names.
    """
    if _TO_BE_FILLED_IN.search(sql):
        raise ValueError("it has places to be filled in, as %s or {x}: bind what it needs, as :campus_id")
    if _ESCAPED.search(sql):
        raise ValueError('it spells something with escapes, as U&"\\0061": write the letters themselves')
    tree = _parsed(sql, dialect)
    if not isinstance(tree, (exp.Select, exp.SetOperation)) or tree.find(*_WRITES):
        raise ValueError("it must only read: a single SELECT, or a single WITH … SELECT")
    for function in tree.find_all(exp.Func):
        name = (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()
        if name in _FUNCTIONS or _FAMILIES.match(name):
            raise ValueError(f"it calls {name}, which does more than read, or runs SQL that it puts together")
    if tree.is_star or len(tree.named_selects) < len(tree.selects):
        raise ValueError("it must name its columns: no *, and AS behind what is reckoned")
    return _binds(sql, tree)


def columns_of(sql: str, dialect: str) -> frozenset[str]:
    """The names of the columns that a query which passed :func:`check_query` fetches, in lower case."""
    return frozenset(name.lower() for name in _parsed(sql, dialect).named_selects)


def _parsed(sql: str, dialect: str) -> exp.Query:
    called = _CALLED.get(dialect, dialect)
    known = called if sqlglot.Dialect.get(called) else None
    try:
        tokens = sqlglot.tokenize(sql, dialect=known)
        # Of a statement that it only partly understands, sqlglot would warn and quote it.
        is_query = bool(tokens) and tokens[0].text.upper() in _BEGINNINGS
        trees = sqlglot.parse(sql, dialect=known) if is_query else []
    except SqlglotError:
        raise ValueError("it cannot be read as SQL of its database") from None
    if any(token.comments for token in tokens):
        # Some databases run what others take for a comment.
        raise ValueError("it holds a comment: put it into the file instead, behind a #")
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise ValueError("it must only read: a single SELECT, or a single WITH … SELECT")
    return trees[0]


def _binds(sql: str, tree: exp.Query) -> frozenset[IdentifierKind]:
    if tree.find(exp.Parameter, exp.SessionParameter):
        raise ValueError("it has a place for a value without a known name: bind identifiers, as :campus_id")
    binds = [bind.name for bind in tree.find_all(exp.Placeholder)]
    if sorted(set(binds)) != sorted(text(sql).compile().params):
        # SQLAlchemy looks for binds in quoted text, too, and knows no other way to write them.
        raise ValueError(
            "its binds must be written as :campus_id, none of them inside quotes, and a cast of one as"
            " CAST(:campus_id AS …)"
        )
    known = set(IdentifierKind)
    for name in binds:
        if name not in known:
            raise ValueError(
                f"it binds {name}, which is no identifier: use one of {', '.join(sorted(known))}"
            )
    if not binds:
        raise ValueError("it binds no identifier, and so would find everybody: bind one, as :campus_id")
    return frozenset(IdentifierKind(name) for name in binds)
