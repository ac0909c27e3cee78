"""Wrong device clocks: which times are not believed, and under which time a reading is stored."""
