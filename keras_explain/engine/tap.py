"""A layer to be tapped, and the call of it that is."""

import copy
import warnings

from keras_explain.checks.options import is_whole
from keras_explain.engine.frame_calls import frame_calls
from keras_explain.engine.given_grid import check_grid, given_lattice
from keras_explain.engine.last_layer import last_features
from keras_explain.engine.layers import find_layer, nth_call
from keras_explain.engine.open_size import layer_error
from keras_explain.engine.request import check_model
from keras_explain.errors import ExplainWarning, LayerError, OptionError, brief
from keras_explain.tracing.graph import leads_past
from keras_explain.tracing.layer_tree import layer_path
from keras_explain.tracing.pieces import choices


class Tap:
    """A layer to be tapped: what was asked for, and once the model has been traced, what that was.

    Attributes:
        layer: The layer, None for the last spatial one.
        path: Path of the layer within the model, of several scales with a plus between them; None as long as it is not
            known.
        declared: The tap that was asked for, itself unless it is one of several scales.
        frames: The `FrameCalls` of a layer that is computed of each frame of a video by itself; None for another one,
            or as long as it is not known.
        part: The part of the images that its places are spread over, see `tracing.image_places`; None as long as it is
            not known, and where they are none of the image's.
        grid: The `Lattice` of a layer of tokens, found or given; None for a map, or as long as it is not known.
    """

    def __init__(self, model, layer=None, call=-1, grid=None):
        """Finds the layer.

        Args:
            model: A Keras model of any form.
            layer: A name, a path into nested models or the layer itself; None for the last spatial one.
            call: Which of its calls, for a layer that is called more than once.
            grid: How many tokens lie along each spatial axis of the image, for a layer whose tokens can't be followed.

        Raises:
            LayerError: If there is no such layer.
            OptionError: If `call` is no whole number, or `grid` aren't such.
        """
        check_model(model)
        if not is_whole(call):
            raise OptionError(f"expected call= as a whole number, received {brief(call)}.")
        self._model, self._call, self._given, self.grid = model, call, check_grid(grid), None
        self.layer = None if layer is None else find_layer(model, layer)
        self._path, self.part, self.frames = None if layer is None else layer_path(model, self.layer), None, None
        self.declared, self._score, self._scales = self, None, ()

    @property
    def path(self):
        paths = [scale.path for scale in self._scales] or [self._path]
        return None if None in paths else " + ".join(dict.fromkeys(paths))

    def scales(self, recorded):
        """Returns `[(chosen, tap)]`: where to look in which of the images, bool `(N,)`, or None for all of them.

        Of no layer that was asked for, and of a score that chooses for each image one of several, as of boxes of
        several scales, it is the last layer of what is chosen.

        Args:
            recorded: A `Recorded` pass.
        """
        found = choices(recorded.score, recorded.images) if self.layer is None else []
        if len(found) < 2:
            return [(None, self)]
        self._scales = [copy.copy(self) for _ in found]
        for scale, (_, score) in zip(self._scales, found):
            scale._score, scale._scales = score, ()
        return [(chosen, scale) for scale, (chosen, _) in zip(self._scales, found)]

    def find(self, recorded):
        """Returns the output of the tapped call, as `reach` does, if its places are the image's.

        Raises:
            LayerError: If there is no such call, or its output has no spatial extent, or other places than the image.
        """
        output, rank = self.reach(recorded), recorded.images.shape.rank
        if self.grid is None and self.frames is None and output.shape.rank == 3 < rank:
            raise layer_error(
                recorded.images,
                f"expected a layer whose tokens can be followed to their places in the image, received '{self.path}' "
                f"with {tuple(output.shape)}; give grid=, how many of them lie along each axis of the image, or choose "
                "another layer.",
            )
        ranks = (rank,) if self.frames is None else (rank, rank - 1)
        if self.grid is None and output.shape.rank not in ranks:
            raise LayerError(
                f"expected a layer with an output of rank {rank}, (N, *spatial, channels), received '{self.path}' "
                f"with {tuple(output.shape)}; choose a convolution, or leave layer= out."
            )
        if self.part is None:
            raise LayerError(
                f"expected a layer whose places are the image's, received '{self.path}', behind a permutation, a "
                "flip or another rearrangement of them, or within attention; choose one before it."
            )
        return output

    def reach(self, recorded):
        """Returns the output of the tapped call, of any rank; its path is known from now on.

        Of a layer that was asked for it is what the layer returns; of the last spatial one it is activated.

        Args:
            recorded: A `Recorded` pass.

        Raises:
            LayerError: If there is no such call.
        """
        recorded = recorded if self._score is None else recorded.of(self._score)
        images = recorded.images
        if self.layer is None:
            call, output = last_features(recorded, self._model)
        else:
            call = nth_call(recorded.calls, self._model, self.layer, self._call, images)
            output = call.output
        self._path = layer_path(self._model, call.operation)
        has_places, found = output.shape.rank == images.shape.rank, recorded.layout(output)
        self.frames = None if self._given else frame_calls(recorded, call, output, self._call)
        self.grid = found if self._given is None else given_lattice(self._given, found, output, images, self.path)
        if self.frames is not None:
            self.grid, self.part = None, self.frames.part
            self.frames = self.frames.activated(recorded.score) if self.layer is None else self.frames
        elif has_places:
            self.part = recorded.part(output)
        else:
            self.part = self.grid and self.grid.part
        outputs = [output] if self.frames is None else self.frames.outputs
        # Past tokens that attention reads lead those that it adds to, and a class token by what it read before.
        if self.layer is None and self.grid is None and leads_past(recorded.score, images, outputs):
            message = (
                f"the score depends on the image by other ways than through '{self.path}', the last layer, as well, so "
                "that its map shows a part of what counts; choose by layer= one that all ways lead through."
            )
            warnings.warn(message, ExplainWarning, stacklevel=2)
        return output
