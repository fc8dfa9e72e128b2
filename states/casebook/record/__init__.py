"""The record looked after: verified, anchored, told of, and shown to operators."""
