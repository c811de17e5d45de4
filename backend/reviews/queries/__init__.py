"""Every SELECT of reviews. Reads for people are scoped to what they may see; reads of the platform are not."""
