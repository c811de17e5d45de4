"""Every SELECT of the loyalty programme, scoped to the actor where a person reads."""
