"""What every page of the editors shares."""
