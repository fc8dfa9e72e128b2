"""The processes one starts: the alarm lane, the Prefect server, the relay, and `tat up` over all."""
