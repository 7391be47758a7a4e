"""Several methods on the same images, from as few forward passes as there are requests to the model."""

import dataclasses
from collections.abc import Mapping, Set, ValuesView

from keras_explain.engine.answer import Answer
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.request import Request
from keras_explain.errors import ModelError, OptionError, brief
from keras_explain.inputs.batch import check_batch
from keras_explain.inputs.datasets import gathered
from keras_explain.methods.asked import maps_by
from keras_explain.methods.build import build, known, names_of, option_names
from keras_explain.methods.explainer import ModelExplainer, is_one_pass
from keras_explain.methods.not_finite import warn_unless_finite
from keras_explain.visual.look import look_of

_LISTS = (list, tuple, Set, Mapping, ValuesView)


class Joint:
    """Explainers of one model, traced together where they request the same.

    Attributes:
        explainers: `{name: explainer}` in the order of `methods`. A name is the method's key, with the layer or a
            number behind it where there are several of one key.
        left_out: `{name: error}` of the methods that don't apply to the model, if that is allowed.
    """

    def __init__(self, model, methods, *, request=None, layer=None, grid=None, batch_size=32, leave_out=()):
        """Builds and traces the explainers.

        Args:
            model: The model to explain.
            methods: Keys of methods, explainer classes, or explainers built on this model, or, unless there is a
                `request`, on one within it.
            request: The `Request` that keys and classes make, and that is made in any case: the answer's scores are
                its. By default each method's own.
            layer: The layer that keys and classes look at, where they look at one.
            grid: How the tokens of that layer lie, where they take it, see `LayerGradient`.
            batch_size: Number of images in memory at a time.
            leave_out: Kinds of errors by which a method is left out, as one that doesn't apply to the model.

        Raises:
            OptionError: If a method is none of these.
            ExplainError: If one of them doesn't apply to the model.
        """
        if not isinstance(methods, _LISTS) or len(methods) == 0:
            raise OptionError(f"expected methods as a list of keys, classes or explainers, received {brief(methods)}.")
        self._batch_size, self._leave_out = batch_size, tuple(leave_out)
        looking = {name: value for name, value in (("layer", layer), ("grid", grid)) if value is not None}
        options = {"batch_size": batch_size, "lazy": True} | looking
        if request is not None:
            options.update(input=request.input, output=request.output, head=request.head)
            # The logit is a default, not asked for: a method whose paper has another score keeps its own.
            options.update({} if request.score == "logit" else {"score": request.score})
        methods = [known(method, model, within=request is None) for method in methods]
        for name, value in looking.items():
            if not any(name in option_names(method) for method in methods):
                raise OptionError(
                    f"expected a method that looks at a layer, received {name}={brief(value)} for none; leave it out."
                )
        explainers, self._unbuilt, self._failed, self._broken, self._scores = [], {}, {}, set(), {}
        for method in methods:
            explainer = None
            try:
                explainer = build(method, model, options)
                if isinstance(explainer, ModelExplainer) and not is_one_pass(explainer):
                    explainer.compile(self._scores)  # what it refuses is refused now
                explainers.append(explainer)
            except self._leave_out as error:
                self._unbuilt[method.key] = error
            except ModelError as error:
                if not self._leave_out or explainer is None or explainer.request == request:
                    raise
                self._unbuilt[method.key] = error  # it is its own score that the model doesn't give
        groups = {} if request is None else {request: []}
        for explainer in explainers:
            if isinstance(explainer, ModelExplainer):
                groups.setdefault(explainer.request, []).extend([explainer] if is_one_pass(explainer) else [])
        self._compiled = [self._compiled_for(asked, group) for asked, group in groups.items()]
        self._request = request or Request(model)
        self._named = dict(zip(names_of(explainers), explainers))

    def _compiled_for(self, request, explainers):
        """Returns the `Compiled` function of some explainers: its own of a single one that was traced before.

        With none, the scores alone are asked for, which those of several passes may have traced.
        """
        if len(explainers) == 1 and explainers[0].is_traced:
            return explainers[0].compiled
        if not explainers and request in self._scores:
            return self._scores[request]
        return Compiled(request, explainers, self._leave_out)

    @property
    def left_out(self):
        errors = self._errors()
        return {**self._unbuilt, **{name: errors[id(one)] for name, one in self._named.items() if id(one) in errors}}

    @property
    def explainers(self):
        errors = self._errors()
        return {name: explainer for name, explainer in self._named.items() if id(explainer) not in errors}

    def _errors(self):
        """Returns `{id: error}` of the explainers that were built and don't apply to the model."""
        return self._failed | {id(one): error for made in self._compiled for one, error in made.left_out.items()}

    @property
    def titles(self):
        """`{name: title}` of the explainers, told apart as the names are."""
        titles = {name: one.title + name.removeprefix(one.key) for name, one in self.explainers.items()}
        shared = {title for title in titles.values() if list(titles.values()).count(title) > 1}
        return {name: f"{title} ({name})" if title in shared else title for name, title in titles.items()}

    @property
    def looks(self):
        """`{name: look}` of the explainers: how their maps are drawn, as options of `attribution_picture`."""
        return {name: look_of(one) for name, one in self.explainers.items()}

    @property
    def classes(self):
        """Number of classes of the model; None if it gives no class scores."""
        return next((compiled.classes for compiled in self._compiled if compiled.classes is not None), None)

    @property
    def compiled(self):
        """The `Compiled` function whose answer these are; None if no explainer asks the model itself."""
        return self._compiled[0] if self._compiled else None

    @property
    def request(self):
        """The `Request` whose answer the scores and probabilities are."""
        return self._compiled[0].request if self._compiled else self._request

    def signature(self, images):
        """Returns the `Signature` of the model that is asked, that of the images if it doesn't know its inputs."""
        known = self._compiled[0].signature if self._compiled else None
        return known or self.request.signature(images)

    def batch(self, images, target=None):
        """Returns the `Batch` of images and targets as a user hands them in, checked for all explainers.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        if not self._compiled:
            images, _ = gathered(images)
            return check_batch(images, target, self._request.signature(images), None)
        batch = self._compiled[0].batch(images, target)
        for compiled in self._compiled[1:]:
            compiled.batch(batch)
        return batch

    def __call__(self, batch, lost=None):
        """Explains images.

        Args:
            batch: A `Batch`.
            lost: Called with the name of an explainer of the user's own that raised, and with why; its maps are missing
                then. By default what it raised is raised, and maps that aren't finite are warned of.

        Returns:
            An `Answer` whose maps are `{name: maps}` in the order of `explainers`, and so are those that are
            `unresized`, without those that take several passes. Its scores, targets and
            probabilities are those of the first request, or None if no explainer asks the model itself.
        """
        maps, unresized, answers = {}, {}, []
        for compiled in self._compiled:
            answers.append(compiled(compiled.batch(batch), self._batch_size))
            maps.update(zip(map(id, compiled.explainers), answers[-1].maps))
            unresized.update(zip(map(id, compiled.explainers), answers[-1].unresized or ()))
        for name, explainer in self.explainers.items():
            if id(explainer) not in maps:
                try:
                    maps[id(explainer)] = maps_by(explainer, batch)
                except self._leave_out as error:
                    self._failed[id(explainer)] = error
                except Exception as error:  # it is the caller's to judge
                    if lost is None:
                        raise
                    lost(name, f"{type(error).__name__}: {error}")
        maps, unresized = (self._by_name(found) for found in (maps, unresized))
        for name in maps.keys() - self._broken if lost is None else ():
            if warn_unless_finite(self.titles[name], maps[name]):
                self._broken.add(name)
        return dataclasses.replace(answers[0], maps=maps, unresized=unresized) if answers else Answer(maps)

    def _by_name(self, found):
        """Returns `{id: maps}` as `{name: maps}` in the order of `explainers`."""
        return {name: found[id(explainer)] for name, explainer in self.explainers.items() if id(explainer) in found}
