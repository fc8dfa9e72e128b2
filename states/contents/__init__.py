"""The sealed content of each kind of record: what people write, as typed models."""
