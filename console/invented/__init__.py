"""The invented people and cases of the demo and of the examples; nobody in here is real."""
