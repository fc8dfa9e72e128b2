"""Records from an identity or HR system's SCIM 2.0 service."""
