"""The command line: `keras-explain explain`, `layers`, `visualize` and `demo`."""

from keras_explain.cli.main import main
