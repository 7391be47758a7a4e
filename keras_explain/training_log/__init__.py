"""What is logged of a training beside its pictures, in TensorBoard's event files, and how it is read."""
