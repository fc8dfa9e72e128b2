"""The messages themselves, by what they are about: what each may know, and its entry in the registry."""
