"""Checks that a case can ask for; each answers from the dossier with a status and codes, never with personal data."""
