"""Run a command: its exit code, and its errors and warnings in one line each."""

import warnings

from keras_explain.cli.models import is_the_models
from keras_explain.cli.output import say, told
from keras_explain.cli.parser import parse
from keras_explain.cli.wording import as_typed
from keras_explain.errors import ExplainError, LayerError, OptionError, TargetError

_FAILED, _WRONG, _INTERRUPTED = 1, 2, 130


def main(arguments=None):
    """Runs a command and returns its exit code: 0 if all went well, 1 if something failed, 2 if the command was wrong.

    Args:
        arguments: What was typed after the program's name; that of this process by default.
    """
    options = parse(arguments)
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            return options.run(options)
        except (OptionError, TargetError, LayerError) as error:
            return _refused(error, _WRONG)
        except (ExplainError, OSError) as error:
            return _refused(error, _FAILED)
        except KeyboardInterrupt:
            return _refused("interrupted.", _INTERRUPTED)
        except Exception as error:
            if not is_the_models(error):
                raise
            return _refused(f"the model can't be called: {told(error)}", _FAILED)


def _refused(error, code):
    say(f"error: {as_typed(str(error))}")
    return code


def _show_warning(message, category, filename, lineno, file=None, line=None):
    say(f"warning: {as_typed(str(message))}")
