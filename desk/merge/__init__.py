"""Two rows that are of one driver, team or track made one: what would move is planned, shown, and then written."""
