"""Numbers in, pictures out: uint8 RGB arrays and matplotlib figures. Knows no model and no method."""
