"""Tasks across departments: set, handed over, watched, ticked off, escalated; and what fell between."""
