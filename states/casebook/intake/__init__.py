"""How reports come in, whoever brings them."""
