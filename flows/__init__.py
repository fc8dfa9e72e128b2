"""What cases owe, and what is done by the clock: :mod:`flows.catalog` lists both, Prefect runs them."""
