"""Filters of pages: their fields, how they are drawn, and the line above a page."""
