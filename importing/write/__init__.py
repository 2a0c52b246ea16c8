"""Writing a plan: bulk, in one transaction."""
