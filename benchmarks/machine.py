"""What a benchmark ran on, and what else ran there meanwhile: noise that its ratios have to be read with."""

import datetime
import os
import time
from pathlib import Path

import tensorflow as tf


class Machine:
    """Watches this machine from construction on."""

    def __init__(self):
        self._start, self._busy, self._own = time.perf_counter(), _busy_seconds(), _own_seconds()

    def told(self):
        """Returns what to keep beside results, as JSON can hold it.

        Returns:
            A dictionary: `date`; `seconds` it took; `cores`; `others`, how many of these were busy with something else,
            on average; `devices`, the name of each GPU, or `["CPU"]`.
        """
        taken = time.perf_counter() - self._start
        others = (_busy_seconds() - self._busy - (_own_seconds() - self._own)) / taken
        gpus = map(tf.config.experimental.get_device_details, tf.config.list_physical_devices("GPU"))
        return {
            "date": datetime.date.today().isoformat(),
            "seconds": round(taken),
            "cores": os.cpu_count(),
            "others": round(max(others, 0.0), 2),
            "devices": [gpu.get("device_name", "GPU") for gpu in gpus] or ["CPU"],
        }


def _busy_seconds():
    """Returns for how long the machine's cores have been busy, all of them together."""
    user, nice, system, _, _, *interrupts = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def _own_seconds():
    """Returns what this process and those that it has waited for took of that."""
    return sum(os.times()[:4])
