"""What an argument has to be, asked at the door: each check returns the value, or refuses it in a sentence."""
