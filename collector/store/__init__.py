"""Where readings are kept: one port, one adapter for each kind of store."""
