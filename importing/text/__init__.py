"""Text as files have it: JSON that may be anything, and how names are spelt."""
