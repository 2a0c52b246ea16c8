"""The finder: any question over results and races, read from an address, answered in a few queries, and said back."""
