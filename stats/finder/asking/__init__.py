"""Questions: read from an address, written back, said in a sentence."""
