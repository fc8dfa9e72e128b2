"""`tat demo`: a real log, four cases from a report to Closed, every side effect by a Prefect flow run."""

from console.demo.run import run

__all__ = ["run"]
