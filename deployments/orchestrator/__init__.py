"""The Prefect server of this installation, and what operators find there."""
