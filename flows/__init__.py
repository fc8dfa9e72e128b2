"""One Prefect flow for each kind of effect, found through :mod:`flows.catalog`, and the scheduled ones."""
