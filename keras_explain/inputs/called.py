"""Which classes are called by a name."""


def indices_of(text, names):
    """Returns the indices of the classes of a name, whatever its case: by all that a line gives, or a part of it."""
    wanted = text.strip().casefold()
    found = [i for i, name in enumerate(names) if name.casefold() == wanted]
    return found or [i for i, name in enumerate(names) if wanted in synonyms(name.casefold())]


def synonyms(name):
    """Returns the names that a line gives with commas between them."""
    return [one.strip() for one in name.split(",")]
