"""`tat demo`: a real log, four cases from a report to Closed, and every side effect done by a Prefect flow run."""

from console.demo.run import run

__all__ = ["run"]
