"""How maps of a method are drawn: the flags that it declares, and that all pictures take."""

from keras_explain.checks.options import check_flag
from keras_explain.errors import OptionError

LOOKS = ("signed", "fine", "relative")


def look_of(explainer):
    """Returns what an explainer declares, as options of `attribution_picture`; what it doesn't declare it isn't.

    Raises:
        OptionError: If its maps are said to have signs, and no zero.
    """
    return check_look(*(bool(getattr(explainer, name, False)) for name in LOOKS))


def check_look(signed, fine, relative):
    """Returns the flags as `{name: bool}`.

    Raises:
        OptionError: If one is none, or a map that is `relative`, whose 0 says nothing, is said to have signs.
    """
    look = {name: check_flag(value, f"{name}=") for name, value in zip(LOOKS, (signed, fine, relative))}
    if look["signed"] and look["relative"]:
        raise OptionError(
            "expected maps that are signed or relative, received both; where 0 says nothing, no sign does."
        )
    return look
