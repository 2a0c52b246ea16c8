"""What editors use beyond the plain admin: its front page, the sheet, imports, one race made from another."""
