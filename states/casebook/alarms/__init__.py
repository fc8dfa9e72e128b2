"""Alarms: raised, called along the chain, answered, taken over."""
