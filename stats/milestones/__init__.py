"""Milestones: the clubs of round numbers, and who is near one."""
