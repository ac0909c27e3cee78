"""Which numbered readings were taken, which are missing, and whether the books balance."""
