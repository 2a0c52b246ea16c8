"""The records of tracks, and whom they replaced."""
