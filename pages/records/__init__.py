"""Lists over the whole book: boards, milestones, streaks, the finder, this day."""
