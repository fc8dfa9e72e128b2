"""How fast what cases owe is done, and what it costs Prefect."""
