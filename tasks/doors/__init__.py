"""Doors: where reports come in from other systems, and what each one may say."""
