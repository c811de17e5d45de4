"""Loyalty: points as a double-entry ledger, tiers with their benefits, and care plans for customers of high value."""
