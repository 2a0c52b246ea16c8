"""Drivers, teams and makes, and what they drove."""
