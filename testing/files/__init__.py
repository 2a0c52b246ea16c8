"""Sample files, and damage done to them."""
