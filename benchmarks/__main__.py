"""Answers all questions, each in a process of its own, and writes the table: `python -m benchmarks [question ...]`."""

import subprocess
import sys

from benchmarks import table

QUESTIONS = (
    "methods",
    "occlusion",
    "many_passes",
    "class_visualization",
    "first_call",
    "memory",
    "growth",
    "callback",
    "import_time",
)

if __name__ == "__main__":
    for question in sys.argv[1:] or QUESTIONS:
        print(f"--- {question}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{question}"], check=True)
    table.main()
