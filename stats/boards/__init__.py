"""Boards: statistics over a scope, ranked."""
