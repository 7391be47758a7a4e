"""The Ray cluster that an audit runs on: found or started, and how many workers it has room for."""

import contextlib
import logging
import os
import socket
import sys

from keras_explain.audits.arrow import check_ray
from keras_explain.errors import OptionError, brief
from keras_explain.photographs.photographs import Photographs

# Of a Ray that this process starts, if the environment has no others: it tells of crashes alone, and nobody of its use.
_SILENT = {"RAY_BACKEND_LOG_LEVEL": "fatal", "RAY_USAGE_STATS_ENABLED": "0"}
_PATIENCE = 10.0  # Seconds until a cluster answers.


def is_ray_dataset(data):
    """Tells a `ray.data.Dataset`; nothing of Ray is imported, since whoever has one has imported it."""
    ray_data = sys.modules.get("ray.data")
    return ray_data is not None and isinstance(data, ray_data.Dataset)


def check_cluster(data, address, workers):
    """Tells whether the workers of a Ray cluster are to explain the data.

    Args:
        data: See `audit`.
        address: Its `ray=`.
        workers: Its `workers=`.

    Raises:
        OptionError: If it is asked of other data, they are no such, or Ray isn't installed.
    """
    if is_ray_dataset(data):
        if address is not None:
            raise OptionError("expected no ray= beside a Ray dataset, which has its cluster, received one.")
        check_ray("auto", workers)
        return True
    check_ray(address, workers)
    if address is not None and not isinstance(data, (str, os.PathLike, Photographs)):
        raise OptionError("expected photographs or a Ray dataset by Ray, received other data beside ray=.")
    return address is not None


@contextlib.contextmanager
def connected(address):
    """Within the block this process is connected to a Ray cluster, to that which it was connected to before if to any.

    Args:
        address: `"local"` to start one on this machine, `"auto"` for the one that runs on it, or that of another.

    Raises:
        OptionError: If there is no cluster at the address.
    """
    with contextlib.ExitStack() as stack:
        for name, value in _SILENT.items():
            os.environ.setdefault(name, value)
        import ray
        import ray.data

        if not ray.is_initialized():
            try:
                _check_answers(address)
                with _silent_below_python():
                    ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False)
            except (OSError, ValueError, RuntimeError) as error:
                why = " ".join(str(error).split())
                raise OptionError(
                    f"expected ray= as the address of a cluster, received {brief(address)}; {why}"
                ) from None
            stack.callback(ray.shutdown)
        context, logger = ray.data.DataContext.get_current(), logging.getLogger("ray.data")
        stack.callback(setattr, context, "enable_progress_bars", context.enable_progress_bars)
        stack.callback(logger.setLevel, logger.level)
        context.enable_progress_bars = False  # an audit has its own
        logger.setLevel(logging.ERROR)
        yield


def worker_pool(workers, reading):
    """Returns how many workers there are at most, and what `map_batches` is told of them.

    Each takes a GPU if the cluster has one, or else a CPU.

    Args:
        workers: How many there may be; None for as many as the cluster has GPUs, or else CPUs.
        reading: Whether Ray reads the data meanwhile, for which there has to be a place beside the workers.

    Raises:
        OptionError: If the cluster has no CPU.
    """
    import ray
    import ray.data

    has = ray.cluster_resources()
    kind = "GPU" if has.get("GPU", 0) >= 1 else "CPU"
    room = int(has.get(kind, 0))
    if room < 1:
        raise OptionError("expected a Ray cluster with a CPU for a worker, received one without.")
    count = min(room, workers or room)
    pool = {"min_size": 1, "max_size": count} if reading else {"size": count}
    needs = 0 if reading and room == 1 and kind == "CPU" else 1  # or else what reads would wait for the only worker
    return count, {"compute": ray.data.ActorPoolStrategy(**pool), f"num_{kind.lower()}s": needs}


def _check_answers(address):
    """Raises an `OSError` if nobody answers at a host's port, where Ray itself would go on asking for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()


@contextlib.contextmanager
def _silent_below_python():
    """Within the block nothing is written on file descriptor 2, on which Ray tells what it was told of telling."""
    sys.stderr.flush()
    told, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(told, 2)
        os.close(told)
        os.close(nowhere)
