"""The page as a plugin of TensorBoard, which finds it by its entry point."""

import functools

from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from keras_explain.tensorboard_page.document import served_script, style
from keras_explain.training_log.tags import PLUGIN


class ExplanationsPlugin(base_plugin.TBPlugin):
    """Serves the page, and what it asks for of the logs below TensorBoard's directory.

    It reads the event files itself: of what TensorBoard doesn't know, it keeps ten steps. A browser names runs, methods
    and numbers, never a path.
    """

    plugin_name = PLUGIN

    def __init__(self, context):
        """Reads nothing yet."""
        self._context = context

    def get_plugin_apps(self):
        """Returns the answer to each path."""
        names = ("runs", "log", "numbers", "lines", "maps", "picture")
        parts = {
            "/index.js": _static(served_script, "text/javascript"),
            "/page.css": _static(style, "text/css"),
        }
        return {f"/{name}": self._answering(name) for name in names} | parts

    def is_active(self):
        """Leaves it to TensorBoard, which knows by the records it reads: no other page waits for this one to look."""
        return False

    def frontend_metadata(self):
        """Tells TensorBoard what to load, and by which name."""
        return base_plugin.FrontendMetadata(es_module_path="/index.js", tab_name="Explanations", disable_reload=True)

    @functools.cached_property
    def _served(self):
        from keras_explain.tensorboard_page.served import Served  # with TensorFlow, for which no start waits

        return Served(_folders(self._context))

    def _answering(self, name):
        @wrappers.Request.application
        def answer(request):
            from keras_explain.errors import InputError
            from keras_explain.tensorboard_page.asked import BadRequestError
            from keras_explain.tensorboard_page.requests import REQUESTS

            try:
                data, kind, kept = REQUESTS[name](request.args, *self._served.logs())
            except (BadRequestError, InputError) as error:
                return http_util.Respond(request, str(error), "text/plain", code=400)
            return http_util.Respond(request, data, kind, expires=kept)

        return answer


def _static(text, kind):
    @wrappers.Request.application
    def answer(request):
        return http_util.Respond(request, text(), kind)

    return answer


def _folders(context):
    """Returns `[(first part of the runs' names, directory)]` of what TensorBoard was told to show."""
    if context.logdir:
        return [(None, context.logdir)]
    told = getattr(context.flags, "logdir_spec", None) or ""
    return [_named(part) for part in told.split(",") if part]


def _named(part):
    """Returns `(name, directory)` of `name:directory`, or of a directory, which is its own name."""
    name, colon, path = part.partition(":")
    return (name, path) if colon and not path.startswith("//") and not part.startswith("/") else (part, part)
