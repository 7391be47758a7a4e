"""What users hand in, checked once, at the door."""
