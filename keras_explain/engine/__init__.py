"""Asks a model: finds its layers, records a forward pass, compiles it; knows no method."""
