"""The account of every reading."""
