"""Helpers of all tests: makers of rows, sample files, books, and the site as tests walk it."""
