"""Daily indicators are computed once and kept; a night computes only what is new or came late."""
