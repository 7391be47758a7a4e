"""A page for the raw maps in a training's log: as a plugin of TensorBoard, which finds it by itself."""
