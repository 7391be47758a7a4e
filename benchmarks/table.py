"""Draws the Markdown tables from `results.json` and puts them into `benchmarks/README.md`."""

import json
from pathlib import Path

import numpy as np

from benchmarks import measure

README = Path(__file__).with_name("README.md")
_BEGIN, _END = "<!-- begin: make bench -->", "<!-- end -->"
VARIANTS = ("ours", "tf-keras-vis", "xplique", "tf-explain")


def tables(results):
    """Returns the tables of all questions that have been answered, as Markdown.

    Args:
        results: Lists of rows by question.
    """
    parts = [_main(results)]
    parts += [_first_call(results["first_call"])] if "first_call" in results else []
    parts += [_memory(results["memory"])] if "memory" in results else []
    parts += [_growth(results["growth"])] if "growth" in results else []
    parts += [_callback(results["callback"])] if "callback" in results else []
    parts += [_import(results["import_time"])] if "import_time" in results else []
    parts += [_machines(results["machines"])] if "machines" in results else []
    return "\n\n".join(part for part in parts if part) + "\n"


def _main(results):
    questions = ("methods", "occlusion", "many_passes", "class_visualization")
    rows = [row for question in questions for row in results.get(question, ())]
    return _compared(rows, _question, "beside the limit") if rows else ""


def _question(row):
    if "patches" in row:
        return row["network"], f"occlusion, {row['patches']} patches of {row['patch']}"
    if "steps" in row:
        return row["network"], f"class visualization, {row['steps']} steps"
    if "passes" in row:
        return row["network"], f"{row['method'].replace('_', ' ')}, {row['passes']} passes"
    return row["network"], f"{row['method'].replace('_', ' ')}, batch {row['batch']}"


def _first_call(rows):
    def question(row):
        of_patches = f", {row['patches']} patches, beside the plain way" if "patches" in row else ""
        return row["network"], row["method"].replace("_", " ") + of_patches

    return _compared(rows, question, "first call")


def _growth(rows):
    return _compared(rows, lambda row: (row["method"].replace("_", " "), f"{row['grows']}: {row['size']}"), "growth")


def _compared(rows, key, title):
    """Returns a table of a line a question and a column a variant: `ratio (low to high)`, `*` where maps differ."""
    lines, questions = {}, {}
    for row in rows:
        lines.setdefault(key(row), {})[row["variant"]] = row
        questions[key(row)] = row["rounds"]
    variants = [name for name in VARIANTS if any(name in line for line in lines.values())]
    table = [["", title, "limit, ms", *variants, "rounds"]]
    for question, line in lines.items():
        cells = [_ratio(line.get(variant)) for variant in variants]
        table.append([*question, f"{line['limit']['milliseconds']:.0f}", *cells, str(questions[question])])
    return _markdown(table)


def _ratio(row):
    if row is None:
        return ""
    mark = "*" if row.get("agreement", 1) < measure.AGREED else ""
    return f"{row['ratio']:.2f}{mark} ({row['low']:.2f} to {row['high']:.2f}){_worse(row)}"


def _worse(row):
    """Tells loudly that what was measured before was better, beyond what either spreads."""
    before = row.get("before", [0, np.inf])
    if row["variant"] != "ours" or row["low"] <= before[1]:
        return ""
    return f" **WORSE: was {before[0]:.2f} to {before[1]:.2f}**"


def _memory(rows):
    table = [["", "added at the peak", "variant", "MB", "of the limit", "lowest to highest"]]
    for row in rows:
        question = f"{row['method'].replace('_', ' ')}, {row['batch']} images"
        ratio = f"{row['ratio']:.2f}" if "ratio" in row else ""
        found = [row["variant"], str(row["megabytes"]), ratio, f"{row['low']} to {row['high']}"]
        table.append([row["network"], question, *found])
    return _markdown(table)


def _callback(rows):
    timed, after = rows
    return (
        f"On {timed['batch']} images of {timed['network']} the callback adds {timed['added']:+.0f} ms "
        f"({timed['low']:+.0f} to {timed['high']:+.0f}) to an epoch of {timed['epoch']:.0f} ms; their bare passes take "
        f"{timed['limit']:.0f} ms. Memory after {after['epochs']} epochs: {after['megabytes']:+.0f} MB."
    )


def _import(rows):
    ours = next(row for row in rows if row["variant"] == "keras_explain")
    return (
        f"`import keras_explain` takes {ours['ratio']:.2f} of `import keras` ({ours['low']:.2f} to {ours['high']:.2f})."
    )


def _machines(machines):
    table = [["measured", "on", "minutes", "device", "cores", "of these busy with something else"]]
    for question, told in machines.items():
        minutes, devices = f"{told['seconds'] / 60:.1f}", ", ".join(told["devices"])
        table.append([question, told["date"], minutes, devices, str(told["cores"]), str(told["others"])])
    return _markdown(table)


def _markdown(table):
    lines = ["| " + " | ".join(cells) + " |" for cells in table]
    return "\n".join([lines[0], "|---" * len(table[0]) + "|", *lines[1:]])


def main():
    """Prints the tables and writes them between the marks in the README."""
    drawn = tables(json.loads(measure.RESULTS.read_text()))
    before, _, rest = README.read_text().partition(_BEGIN)
    README.write_text(f"{before}{_BEGIN}\n\n{drawn}\n{_END}{rest.partition(_END)[2]}")
    print(drawn)


if __name__ == "__main__":
    main()
