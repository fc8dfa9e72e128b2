"""The commands of operators: running, copies, the record, keys, the policy."""
