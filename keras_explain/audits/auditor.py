"""Ask a model and an explainer for the rows of an audit, a batch at a time."""

from keras_explain.audits.features import Features
from keras_explain.audits.rows import columns_of
from keras_explain.audits.trusted import Trusted
from keras_explain.errors import LayerError
from keras_explain.maps import fitted
from keras_explain.methods.answers import Answers


class Auditor:
    """An explainer with all that an audit asks besides its maps, from as few passes as it takes.

    Attributes:
        answers: The `Answers`.
        features: The `Features`; `layers` is empty where they were left out.
    """

    def __init__(self, explainer, with_regions, trust=False):
        """Traces the model.

        Args:
            explainer: The explainer.
            with_regions: Whether maps are held against regions, for which they have the size of the images.
            trust: Whether each map is checked, for which it has that size as well.
        """
        self._trusted, self._with_size = Trusted(explainer) if trust else None, with_regions or trust
        self.features = Features(explainer.at_own_size())
        others = [self.features]
        others += [explainer] if self._with_size and explainer.one_pass else []
        # Maps of several passes aren't made twice: they are kept at the size of the images then.
        own_size = explainer.one_pass or not self._with_size
        self.answers = Answers(explainer, others, (LayerError,), own_size)

    def columns(self, part, checksums, regions):
        """Returns the columns of some images, see `columns_of`.

        Args:
            part: The `Checked` images.
            checksums: Of each.
            regions: The mask of each or None; None for none at all.
        """
        answer, resized = self.answers(part.batch), None
        maps, features, *rest = answer.maps
        if self._with_size:
            resized = fitted(rest[0] if rest else maps, part.batch.images.shape[1:-1])
        signed = self.answers.explainer.signed
        columns = columns_of(part, answer, maps, features, checksums, signed, regions, resized)
        if self._trusted is not None:
            columns |= self._trusted.columns(part.batch, answer.targets, resized)
        return columns
