"""How an image is made that a network takes for a class: recipes of gradient ascent."""
