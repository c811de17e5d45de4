"""Feedback: surveys after events and once a year, answered by signed link or telephone, counted, and followed up."""
