"""Tickets as people and machines read them: the words, the evidence, the deadline."""
