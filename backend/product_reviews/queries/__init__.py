"""Every SELECT of product reviews."""
