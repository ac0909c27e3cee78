"""Dead letters for operators: what could not be stored, why, and a second chance for it."""
