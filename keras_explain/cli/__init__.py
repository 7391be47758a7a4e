"""The command line: `keras-explain explain`, `compare-methods`, `layers`, `visualize` and `demo`."""

from keras_explain.cli.main import main
