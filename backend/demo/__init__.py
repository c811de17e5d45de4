"""The demonstration institution: a bank with people, customers, structures and cases in every state."""
