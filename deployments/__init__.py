"""The processes one starts: the Prefect server, the relay that works through it, and `tat up` over both."""
