"""Pages behind the links of messages: each opens what its message spoke of, and asks one answer."""
