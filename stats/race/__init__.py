"""One race, and lists of races by their finish."""
