"""Tell how to install what audits need, before any work."""

import importlib.util

from keras_explain.checks.options import check_count, check_name
from keras_explain.errors import OptionError


def check_arrow():
    """Refuses to go on without pyarrow, which writes and reads the tables of audits.

    Raises:
        OptionError: If it isn't installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise OptionError("audits need pyarrow, which isn't installed: pip install 'keras-explain-cnn[audit]'.")


def check_ray(address, workers):
    """Refuses what is no address of a cluster and no number of its workers, and any address without Ray.

    Args:
        address: The `ray=` of `audit`.
        workers: Its `workers=`.

    Raises:
        OptionError: If they are none, or Ray isn't installed.
    """
    if workers is not None:
        check_count(workers, "workers=")
        if address is None:
            raise OptionError("expected ray= beside workers=, the address of a Ray cluster such as local.")
    if address is not None:
        check_name(address, "ray=")
        if address.startswith("ray://"):
            raise OptionError(
                "expected ray= as the address of a cluster that this machine is part of, such as auto, received a "
                "ray:// client, by which Ray Data doesn't run; run the call within the cluster: ray job submit."
            )
        if importlib.util.find_spec("ray") is None:
            raise OptionError("a cluster needs Ray, which isn't installed: pip install 'keras-explain-cnn[ray]'.")
