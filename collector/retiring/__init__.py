"""A collector that leaves for good: nothing of its share is left behind."""
