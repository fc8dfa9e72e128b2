"""The processes one starts: the Prefect server, the relay that carries effects into it, and `tat up` over both."""
