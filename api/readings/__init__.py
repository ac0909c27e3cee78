"""What a system measures: the newest reading, its history, and the table of quantities."""
