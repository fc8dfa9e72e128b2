"""The messages: what each is for, what it may know, its templates, and how they become words."""
