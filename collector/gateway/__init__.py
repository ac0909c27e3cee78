"""The village gateway: reads charge controllers, keeps readings on disk, sends them when it can."""
