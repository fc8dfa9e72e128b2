"""The ledger: what happened, in hash chains that show whether anything was changed, cut or removed."""
