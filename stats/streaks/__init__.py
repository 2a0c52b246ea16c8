"""Streaks: what a run of races is, and the longest ones."""
