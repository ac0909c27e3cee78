"""What a collector tells of itself: whether it is ready, its alarms, its numbers."""
