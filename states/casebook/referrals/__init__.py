"""Referrals: recommended, sent, answered, conveyed."""
