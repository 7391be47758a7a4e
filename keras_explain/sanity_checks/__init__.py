"""Whether a map depends on what it should: on the weights of the network, on the class, on the image."""
