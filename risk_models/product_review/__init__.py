"""What happened to a product: the review pack, computed from frames alone."""
