"""What readers see: one module for each page, with its filters, its tables and its views."""
