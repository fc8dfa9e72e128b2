"""The peer of a transition: DBOS, in its own environment; run with that environment's Python.

``dbos_peer.py URL`` reads lines ``<kind> <clients> <count>`` and answers each with the durable steps done a
second. A client is a workflow of ``count`` durable steps; clients run side by side in DBOS's own threads.
``step`` does nothing at all, so that DBOS commits its record of the step and no more; ``transaction`` is
DBOS's way to commit the caller's rows and that record together, here the three rows of a transition.
"""

import sys
import time
from uuid import uuid4

from dbos import DBOS, SQLAlchemyDatasource  # type: ignore[import-not-found]
from sqlalchemy import text

URL = sys.argv[1]

#: the rows of a transition, as wide as ours
UPDATE = text(
    "UPDATE cases SET state=:state, version=version+1, seq=seq+1, head=:head WHERE id=:case RETURNING seq"
)
EVENT = text(
    "INSERT INTO events VALUES (:case, :seq, now(), 'chair', 'begin_reintegration', '{}', :digests, :head)"
)
EFFECT = text(
    "INSERT INTO effects VALUES (:id, :case, 'notify_team', 'pending', now(), now(), :dedupe, :payload)"
)
HEAD = "0" * 64
DIGESTS = '{"effects/' + "0" * 32 + '": "' + HEAD + '"}'
PAYLOAD = b"x" * 80
TABLES = (
    "CREATE TABLE cases (id int PRIMARY KEY, state text, version int, seq int, head text)",
    """CREATE TABLE events (
        case_id int REFERENCES cases, seq int, at timestamptz, actor text, what text, data json, digests json,
        hash text, PRIMARY KEY (case_id, seq))""",
    """CREATE TABLE effects (
        id text PRIMARY KEY, case_id int REFERENCES cases, kind text, status text, created_at timestamptz,
        due_at timestamptz, dedupe text UNIQUE, payload bytea)""",
)
CASES = "INSERT INTO cases SELECT n, 'Reported', 0, 0, '' FROM generate_series(1, 64) n"

DBOS(
    config={
        "name": "bench-peer",
        "system_database_url": URL,
        "run_admin_server": False,
        "log_level": "ERROR",
        "sys_db_pool_size": 20,
    }
)
data = SQLAlchemyDatasource.create(URL, engine_kwargs={"pool_size": 20})


@DBOS.step()  # type: ignore[untyped-decorator]
def step(case: int) -> int:
    """Nothing: what remains is DBOS's own record."""
    return case


@data.transaction(isolation_level="READ COMMITTED")  # type: ignore[untyped-decorator]
def transaction(case: int) -> int:
    """The three rows of a transition."""
    session = data.sql_session()
    seq = session.execute(UPDATE, {"state": "Monitoring", "head": HEAD, "case": case}).scalar_one()
    session.execute(EVENT, {"case": case, "seq": seq, "digests": DIGESTS, "head": HEAD})
    dedupe, effect = f"{case}:{seq}:notify_team", uuid4().hex
    session.execute(EFFECT, {"id": effect, "case": case, "dedupe": dedupe, "payload": PAYLOAD})
    return case


KINDS = {"step": step, "transaction": transaction}


@DBOS.workflow()  # type: ignore[untyped-decorator]
def workflow(kind: str, case: int, count: int) -> int:
    """One client."""
    for _ in range(count):
        KINDS[kind](case)
    return count


def prepare() -> None:
    """Make the tables of a transition."""
    with data.engine.begin() as connection:
        for statement in TABLES:
            connection.execute(text(statement))
        connection.execute(text(CASES))


def measure(kind: str, clients: int, count: int) -> float:
    """Durable steps a second."""
    begun = time.perf_counter()
    handles = [DBOS.start_workflow(workflow, kind, case + 1, count) for case in range(clients)]
    done = sum(handle.get_result() for handle in handles)
    return float(done / (time.perf_counter() - begun))


if __name__ == "__main__":
    prepare()
    DBOS.launch()
    for line in sys.stdin:
        kind, clients, count = line.split()
        print(measure(kind, int(clients), int(count)), flush=True)
    DBOS.destroy()
