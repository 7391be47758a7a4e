"""Where pictures and numbers of a training go beside TensorBoard's event files."""
