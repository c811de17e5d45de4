"""What builds, checks and carries the product; nothing here is part of it."""
