"""Which samples can be trusted: pure functions block -> mask (True = do not use)."""
