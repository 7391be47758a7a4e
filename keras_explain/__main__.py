"""`python -m keras_explain`: the command line."""

import sys

from keras_explain.cli import main

if __name__ == "__main__":
    sys.exit(main())
