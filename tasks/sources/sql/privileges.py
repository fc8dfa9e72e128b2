"""What a login may do beyond reading, asked of the database itself, and what takes it away.

That a query only reads is not told by its words: a function's name can be spelled in many ways, and what
it does is for the database to know. So a login that could write, read the server's files or start its
programs is not used. SQLite has no logins: its file is opened for reading, and :func:`reads_only` lets a
query do nothing else.
"""

import re
import sqlite3
from collections.abc import Iterator

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

#: for each thing that a login may do too much: what it is, and on what
_POSTGRESQL = """
WITH RECURSIVE mine AS (SELECT oid, rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication
              FROM pg_catalog.pg_roles
              WHERE pg_catalog.pg_has_role(session_user, oid, 'MEMBER')),
     super AS (SELECT FROM pg_catalog.pg_roles WHERE rolname = session_user AND rolsuper),
     doubtful AS (
        -- what the server keeps from everybody when it is made, whoever has been given it since
        SELECT i.objoid AS oid, true AS granted FROM pg_catalog.pg_init_privs i
        WHERE i.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND i.privtype = 'i'
            AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(i.initprivs) a WHERE a.grantee = 0)
        UNION ALL
        -- a language that can do anything, and code of the server's own that no extension answers for
        SELECT p.oid, false FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        WHERE NOT l.lanpltrusted AND l.lanname <> 'internal' AND (l.lanname <> 'c' OR (
            p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'
                    AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)))
        UNION ALL
        -- other databases, other machines, and files
        SELECT d.objid, false FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_depend d
            ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid
        WHERE e.extname IN ('dblink', 'adminpack', 'http', 'pg_net', 'pg_cron', 'pg_background', 'plproxy',
                            'aws_s3', 'aws_lambda', 'orafce') AND d.deptype = 'e'
            AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass),
     -- whose rights are lent by a function that may be called, and by those that its owner may call in turn
     lent AS (
        SELECT p.proowner AS role, p.oid AS by FROM pg_catalog.pg_proc p CROSS JOIN mine
        WHERE p.prosecdef AND p.proowner NOT IN (SELECT m.oid FROM mine m)
            AND pg_catalog.has_function_privilege(mine.oid, p.oid, 'EXECUTE')
        UNION
        SELECT p.proowner, lent.by FROM lent JOIN pg_catalog.pg_proc p ON p.prosecdef
            AND pg_catalog.has_function_privilege(lent.role, p.oid, 'EXECUTE')),
     -- those among them that reach out of the transaction, which reads only
     reaching AS (
        SELECT lent.by AS oid FROM lent JOIN pg_catalog.pg_roles r
            ON pg_catalog.pg_has_role(lent.role, r.oid, 'USAGE')
        WHERE r.rolsuper OR (r.rolname LIKE 'pg\\_%' AND r.rolname NOT IN (
            'pg_read_all_data', 'pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats',
            'pg_stat_scan_tables', 'pg_database_owner', 'pg_write_all_data'))
        UNION
        SELECT lent.by FROM lent JOIN doubtful
            ON pg_catalog.has_function_privilege(lent.role, doubtful.oid, 'EXECUTE')
        WHERE NOT doubtful.granted OR EXISTS (
            SELECT FROM pg_catalog.pg_proc p,
                pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
            WHERE p.oid = doubtful.oid AND a.grantee IN (0, lent.role)))
SELECT 'super' AS what, session_user::text AS name WHERE EXISTS (SELECT FROM super)
UNION ALL
SELECT what, name FROM (
    SELECT 'member' AS what, pg_catalog.quote_ident(rolname) AS name FROM mine
    WHERE rolsuper OR (rolname LIKE 'pg\\_%' AND rolname NOT IN (
        'pg_read_all_data', 'pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables'))
    UNION ALL
    SELECT 'attributes', pg_catalog.quote_ident(rolname) FROM mine
    WHERE rolcreaterole OR rolcreatedb OR rolreplication
    UNION ALL
    SELECT DISTINCT 'write', pg_catalog.format('%I.%I', n.nspname, c.relname)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace CROSS JOIN mine
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND (n.nspname NOT IN ('pg_catalog', 'information_schema') OR c.relkind = 'r')
      AND (pg_catalog.has_table_privilege(mine.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
           OR pg_catalog.has_any_column_privilege(mine.oid, c.oid, 'INSERT, UPDATE') OR c.relowner = mine.oid)
    UNION ALL
    SELECT DISTINCT 'program', f.ftrelid::pg_catalog.regclass::text
    FROM pg_catalog.pg_foreign_table f CROSS JOIN pg_catalog.unnest(f.ftoptions) AS option CROSS JOIN mine
    WHERE option LIKE 'program=%' AND pg_catalog.has_any_column_privilege(mine.oid, f.ftrelid, 'SELECT')
    UNION ALL
    SELECT DISTINCT 'execute', pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
                                                 pg_catalog.pg_get_function_identity_arguments(p.oid))
    FROM (SELECT oid, granted FROM doubtful UNION SELECT oid, false FROM reaching) AS found
    JOIN pg_catalog.pg_proc p ON p.oid = found.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace CROSS JOIN mine
    WHERE pg_catalog.has_function_privilege(mine.oid, p.oid, 'EXECUTE') AND (
        NOT found.granted OR (mine.rolname NOT LIKE 'pg\\_%' AND EXISTS (
            SELECT FROM pg_catalog.aclexplode(
                coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
            WHERE a.grantee IN (0, mine.oid) AND a.grantee <> p.proowner)))
) AS found WHERE NOT EXISTS (SELECT FROM super)
"""

#: what each is called in a sentence, and what takes it away
_SAID = {
    "super": "{user} is a superuser, and may do everything. Ask with a login of its own:"
    " CREATE ROLE tat_reader LOGIN; GRANT SELECT ON the tables of the query TO tat_reader.",
    "member": "{user} may act as {names}. REVOKE {names} FROM {user}.",
    "attributes": "{names} may make roles or databases, or copy the server whole."
    " ALTER ROLE {names} NOCREATEROLE NOCREATEDB NOREPLICATION.",
    "write": "{user} may change {names}. REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER ON {names} FROM"
    " {user}, or from the role or PUBLIC that it has them by; a table that it owns needs another owner.",
    "program": "{user} may read {names}, for which the server runs a program. REVOKE SELECT ON {names} FROM"
    " {user}, or from the role or PUBLIC that it has it by.",
    "execute": "{user} may call {names}, which does more than read. REVOKE EXECUTE ON FUNCTION {names} FROM"
    " {user}, or from the role or PUBLIC that it has it by.",
}

#: how many of one kind are named
_NAMED = 3

#: what MariaDB and MySQL may have granted to a login that only reads
_READING = re.compile(r"(?:USAGE|SHOW VIEW|SHOW DATABASES|SELECT(?: \([^)]*\))?)(?:, |$)")
_GRANTED = re.compile(
    r"GRANT (?P<what>.+?) ON (?P<on>.+?) TO (?:.*? WITH (?:.* )?(?P<onward>GRANT OPTION)\b|.*$)", re.DOTALL
)
#: a name in quotes, which may hold words that read like a grant
_QUOTED = re.compile(r"`(?:[^`]|``)*`")
_ROLE = re.compile(r"GRANT (?P<role>(?:[`'\"]?[^`'\"]+[`'\"]?(?:@[`'\"]?[^`'\"]*[`'\"]?)?)) TO ")


def excess(connection: Connection) -> list[str]:
    """What a login may do beyond reading.

    Args:
        connection: one that the login has opened.

    Returns:
        A sentence for each kind of thing, with what takes it away; empty: it may only read.

    Raises:
        SQLAlchemyError: the database does not say.
    """
    match connection.dialect.name:
        case "postgresql":
            return list(_of_postgresql(connection))
        case "mysql" | "mariadb":
            return list(_of_mysql(connection))
    return []


def _of_postgresql(connection: Connection) -> Iterator[str]:
    user = str(connection.exec_driver_sql("SELECT pg_catalog.quote_ident(session_user)").scalar_one())
    found: dict[str, list[str]] = {}
    for what, name in connection.exec_driver_sql(_POSTGRESQL.replace("%", "%%")):
        found.setdefault(what, []).append(name)
    for what, names in found.items():
        yield _SAID[what].format(user=user, names=_listed(names))


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(sorted(names)[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _of_mysql(connection: Connection, role: str = "", seen: frozenset[str] = frozenset()) -> Iterator[str]:
    whom = f" FOR {role}" if role else ""
    try:
        rows = connection.exec_driver_sql(f"SHOW GRANTS{whom}".replace("%", "%%")).scalars().all()
    except DBAPIError:
        if not role:
            raise
        # What it does not see it cannot vouch for.
        yield f"The login may act as {role}, of which it sees nothing. REVOKE {role}, and GRANT it SELECT."
        return
    for row in map(str, rows):
        if _QUOTED.sub("", row).count(" ON ") != row.count(" ON "):
            yield "The login is granted something whose name cannot be read. GRANT it SELECT, and no more."
            continue
        granted, named = _GRANTED.match(row), _ROLE.match(row)
        if granted is not None:
            yield from _granted(role or "The login", granted)
        elif named is None:
            yield "The login is granted something that is not understood. GRANT it SELECT, and no more."
        elif named["role"] not in seen:
            yield from _of_mysql(connection, named["role"], seen | {named["role"]})


def _granted(whom: str, granted: re.Match[str]) -> Iterator[str]:
    beyond = _READING.sub("", granted["what"]).strip(", ") or ("GRANT OPTION" if granted["onward"] else "")
    if beyond:
        yield f"{whom} may do more than read on {granted['on']}. REVOKE {beyond} ON {granted['on']} from it."


#: what a query that reads has SQLite do
_READS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_FUNCTION}
)

#: the functions of SQLite that load code
_LOADING = frozenset({"load_extension", "fts3_tokenizer"})


def reads_only(action: int, _first: str | None, second: str | None, *_: str | None) -> int:
    """What SQLite asks about each thing that a query would do (https://sqlite.org/c3ref/set_authorizer.html).

    Nothing is attached, no extension is loaded, no pragma is set and no row is changed.
    """
    if action not in _READS or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _LOADING):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
