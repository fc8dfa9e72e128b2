"""The relay: what cases owe is carried into Prefect, and what Prefect holds for us is run."""
