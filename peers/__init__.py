"""tatflow against software that nobody here wrote: installed from the package indexes, run, and asked."""
