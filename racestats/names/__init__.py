"""How names are compared and found, and what something was called on a day."""
