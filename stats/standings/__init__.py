"""The standings of a season, and what is said beside them."""
