"""Undoing a change set as a whole: the plan of it, what stands in the way, its writing, and its page."""
