"""The command line: `keras-explain explain`, `compare-methods`, `compare`, `layers`, `visualize` and `demo`."""

from keras_explain.cli.main import main
