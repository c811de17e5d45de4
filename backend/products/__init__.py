"""Products of the institution: what they are, for whom, since when they may be sold, and who signed that they may."""
