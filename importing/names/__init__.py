"""Whom and what a document names: drivers, cars, teams, makes, tracks, seasons."""
