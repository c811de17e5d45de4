"""Every SELECT of contact with customers."""
