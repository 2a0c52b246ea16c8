"""What is counted: the scope of a page, how complete the book is for it, and every career, board and note on it."""
