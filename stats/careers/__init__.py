"""Careers and seasons: of a driver, of two head to head, of a team or a make."""
