"""What does not add up in a race, as a document says it."""
