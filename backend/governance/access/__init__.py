"""The kind “access”: who may do and see what, governed like every other rule-set."""
