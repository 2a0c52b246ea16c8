"""What a question may ask, group by and count: each declared once."""
