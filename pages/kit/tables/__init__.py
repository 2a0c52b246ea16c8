"""Tables of pages: rows, kinds of columns, and what a page of tables says."""
