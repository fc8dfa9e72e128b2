"""How fast the casebook is: transitions, lists, the sweep, the ledger."""
