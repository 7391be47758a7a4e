"""The only folder that touches the inside of Keras and TensorFlow."""
