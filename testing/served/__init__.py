"""The site as a server of its own, and the browser that asks it."""
