"""The sheet of a race weekend: what a statistician types by hand, before the race and after it."""
