"""The doors: what comes in is handed on raw, with its publisher and the time of its receipt."""
