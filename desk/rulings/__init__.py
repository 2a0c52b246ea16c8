"""Rulings as actions on a race's results: planned, shown with all that they change, written, and taken back."""
