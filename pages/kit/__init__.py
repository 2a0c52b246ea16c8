"""What pages are made of: forms, tables, columns, filters, parameters, and what every page of a scope says."""
