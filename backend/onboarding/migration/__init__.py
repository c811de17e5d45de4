"""Bulk onboarding: the customers of a bank that is taken over, from files to cases with their outcomes."""
