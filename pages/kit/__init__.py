"""What pages are made of: forms of a page, tables, columns, filters, and what every page of a scope says."""
