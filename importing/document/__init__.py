"""The race document: its shape, the checks on its values, and the agreement of its parts."""
