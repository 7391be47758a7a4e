"""Class visualization: an image made by gradient ascent on a class's score."""

from keras_explain.engine.forward_pass import ForwardPass
from keras_explain.engine.request import Request
from keras_explain.engine.watch import Watch
from keras_explain.inputs.targets import check_targets, listed_targets
from keras_explain.methods.synthesis.objective import Climbed
from keras_explain.methods.synthesis.synthesis import Synthesis, generator, one_each


class ClassVisualization(Synthesis):
    """What the network takes for the purest example of a class: an image made by gradient ascent on its score.

    `argmax_I f_c(I) - l2 ||I||_2^2`, with the class score `f_c` (the logit: a probability would be raised by lowering
    the other classes as well) and the image `I`. The recipe `"plain"` is the paper's; `"natural"` makes pictures in
    which a person recognizes the class.

    Images are `(N, *spatial, C)`, in the model's input units.

    Source: K. Simonyan, A. Vedaldi, A. Zisserman, 2013, arXiv:1312.6034, section 2; the second recipe: C. Olah et al.,
    2017, doi:10.23915/distill.00007.

    Examples:
        >>> kx.ClassVisualization(model, steps=8)(target=[3, 7], seed=0).shape
        (2, 12, 16, 3)
    """

    key = "class_visualization"
    title = "Class visualization"

    def __init__(
        self, model, *, recipe="plain", size=None, score="logit", output=None, head=None, verbose="auto", **settings
    ):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form with one input.
            recipe: `"plain"`; `"natural"`, which needs `bounds` and images of rank 4; or a `Plain` or `Natural` itself.
            size: The image's spatial shape, for a model that takes any.
            score: What is ascended, see `ModelExplainer`.
            output: Index or name of the output to explain, of several.
            head: What the output's units are, see `ModelExplainer`.
            verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched, on a
                terminal or in a notebook, and the work takes long.
            **settings: Of the recipe that was named, see `Plain` and `Natural`: `bounds`, `steps`, `regularizers`,
                `input_modifiers`, and of the plain one `l2` and `optimizer`. None for the recipe's own.

        Raises:
            OptionError: If an option is outside of what it allows, or doesn't belong to the recipe.
            ModelError: If the model has several inputs.
        """
        super().__init__(Request(model, score, None, output, head), recipe, settings, size, verbose)

    def __call__(self, target, initial=None, seed=None):
        """Makes one image a target.

        Args:
            target: A class or several; several are made as one batch. None beside one of `kx.scores` that takes none.
            initial: The image to start from, `(*spatial, C)`, or one a target; random by default.
            seed: Makes the run repeatable: the first image and the modifiers.

        Returns:
            float32 `(N, *spatial, C)` for N targets.

        Raises:
            TargetError: If a target is no class of the model.
            InputError: If `initial` doesn't fit the model.
        """
        return self.run(target, initial, seed).images

    def run(self, target, initial=None, seed=None):
        """Makes one image a target, like a call, and returns an `Ascent`: the images and their scores by step."""
        return self.ascend(*self.check(target, initial, seed))

    @property
    def classes(self):
        """Number of classes of the model; None with a custom score, or before it is traced."""
        return self.compiled.classes

    def check(self, target, initial=None, seed=None):
        """Returns the classes as int32 `(N,)`, the images to start from and the random generator, or refuses.

        Raises:
            TargetError: If there is no target, or one is no class of the model.
            InputError: If `initial` doesn't fit the model.
            OptionError: If `seed` or the size doesn't fit.
            ModelError: If the recipe isn't for images of so many dimensions, or the model's outputs aren't what they
                were taken for.
        """
        self.compiled.check_current()
        none = target is None and not self.request.takes_target
        targets, rng = listed_targets(-1 if none else target), generator(seed)
        self.request.check_untargeted(targets)
        images = one_each(self.start(initial, rng, len(targets)), len(targets))
        targets = check_targets(targets, len(targets), self.compiled.classes)
        # Of whole numbers there is no gradient, which says so itself.
        if self.compiled.unproven and self.compiled.signature.explained.dtype.is_floating:
            self.compiled.hold_claim(self.batch(images), len(targets))
        return targets, images, rng

    def score(self, inputs, targets):
        return Climbed(ForwardPass(self.request, self.compiled.signature, [inputs], targets, Watch()).score)
