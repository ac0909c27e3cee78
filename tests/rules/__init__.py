"""What must hold for the source tree as a whole; each rule is a function of a folder."""
