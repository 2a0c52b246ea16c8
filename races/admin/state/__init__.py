"""What holds of a race as it stands: whether it is official, what rulings say, what does not add up."""
