"""NASCAR's weekend feed: the race, its stages, practice and qualifying."""
