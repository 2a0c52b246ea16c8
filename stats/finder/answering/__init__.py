"""Answers: lists, figures of groups, runs and waits."""
