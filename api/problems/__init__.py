"""What can go wrong for a caller: one catalogue, told as problem+json or as a page."""
