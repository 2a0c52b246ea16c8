"""What readers write in, and what comes of it: reports of numbers, and corrections."""
