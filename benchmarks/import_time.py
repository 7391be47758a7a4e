"""What do all public names cost beside `import keras` with TensorFlow? Each in a fresh process, in turn."""

import subprocess
import sys

from benchmarks import measure


def rows(rounds):
    """Yields a row a package."""

    def importing(package):
        command = [sys.executable, "-c", f"import {package}; from {package} import *"]
        return lambda: subprocess.run(command, check=True, capture_output=True)

    yield from measure.compare({name: importing(name) for name in ("keras", "keras_explain")}, rounds, warmup=0)


if __name__ == "__main__":
    measure.run("import_time", rows, rounds=measure.ROUNDS)
