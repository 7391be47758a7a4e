"""How far a map can be believed: each measure beside what it would be by chance, in numbers and in words."""
