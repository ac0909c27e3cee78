"""What a reading is, where it comes from and how it is kept."""
