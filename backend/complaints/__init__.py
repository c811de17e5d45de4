"""Complaints: received, investigated and answered within the law's clocks, with cause and redress."""
