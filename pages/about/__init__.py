"""How the site counts, and what becomes of what readers report."""
