"""What pages of the admin are filled in with: their forms, rows, cells and choices, and what a page has shown."""
