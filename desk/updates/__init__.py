"""Results that come by themselves: the public feeds are asked what is new, and that is brought in."""
