"""What does `import keras_explain` cost beside `import keras` with TensorFlow? Each in a fresh process, in turn."""

import json
import statistics
import subprocess
import sys
import time

RUNS = 7
STATEMENTS = {"keras": "import keras", "keras_explain": "import keras_explain"}


def seconds(statement):
    """Returns how long a fresh interpreter takes for a statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, capture_output=True)
    return time.perf_counter() - start


def main():
    """Prints the medians and the median of the ratios pair by pair, as JSON."""
    for statement in STATEMENTS.values():
        seconds(statement)
    pairs = [{name: seconds(statement) for name, statement in STATEMENTS.items()} for _ in range(RUNS)]
    ratios = sorted(pair["keras_explain"] / pair["keras"] for pair in pairs)
    result = {name: round(statistics.median(pair[name] for pair in pairs), 3) for name in STATEMENTS}
    print(json.dumps({"import_seconds": result, "ratio": round(statistics.median(ratios), 3), "spread": ratios}))


if __name__ == "__main__":
    main()
