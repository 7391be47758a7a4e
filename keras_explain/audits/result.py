"""What an audit found: its table, its maps and its features, a row an image."""

import functools
import itertools

import numpy as np

from keras_explain.audits.stacked import Stacked
from keras_explain.audits.told import told


class Audit:
    """What a network makes of a whole dataset, a row an image; `len` is their number.

        audit = kx.audit(model, "photos", out="audit")
        audit.table.to_pandas().sort_values("concentration")

    Attributes:
        manifest: What was asked: the model, the method, the layer, the options.
        class_names: The name of each class.
        complete: Whether all of the data was seen, or else the audit was interrupted, and the same call goes on.
    """

    def __init__(self, shards, manifest):
        """Reads nothing yet.

        Args:
            shards: `Shard`s, or what has their attributes.
            manifest: See `Audit`.
        """
        self._shards, self.manifest = list(shards), manifest
        self.class_names, self.complete = manifest["class_names"], manifest["complete"]

    @functools.cached_property
    def table(self):
        """An Arrow table, a row an image, of the columns below.

        - `key`, the path in the folder, or the number; `index`, the number of the row;
        - `label`, the true class, null where it isn't known; `predicted` and `target`, the explained class; `score`;
        - `top_classes` and `top_probabilities`, the five most probable;
        - `concentration` of the map, see `metrics`, where `energy_inside` and `pointing` are, null without a region;
        - `trust_deletion`, how many times as fast the score falls by the map as by the same map elsewhere, with the
          luckiest other place as `trust_deletion_chance`, and whether it is above that, `trust_deletion_holds`; null
          where `trust` wasn't asked;
        - `checksum` of the image as the model got it: equal ones are equal images;
        - `map_scale` and `feature_scale`, by which float16 of the files are multiplied, which `maps` and `features` do.
        """
        import pyarrow as pa

        from keras_explain.audits.rows import schema

        tables = [shard.table for shard in self._shards]
        return pa.concat_tables([schema().empty_table(), *tables], promote_options="default")

    @property
    def keys(self):
        """The name of each image, a list."""
        return self.table["key"].to_pylist()

    @property
    def labels(self):
        """The true class of each image, int32 `(N,)`, -1 where it isn't known."""
        return self._classes("label")

    @property
    def predicted(self):
        """The predicted class of each image, int32 `(N,)`, -1 where there is none."""
        return self._classes("predicted")

    @property
    def targets(self):
        """The explained class of each image, int32 `(N,)`, -1 where there is none."""
        return self._classes("target")

    @functools.cached_property
    def probabilities(self):
        """The probability of each image's predicted class, float32 `(N,)`; None if the model gives none."""
        top = self.table["top_probabilities"].combine_chunks()
        return None if top.null_count or not len(top) else top.values.to_numpy()[top.offsets.to_numpy()[:-1]]

    @property
    def energy_inside(self):
        """The share of each map in its region, float64 `(N,)`, NaN where there is none."""
        return self._numbers("energy_inside")

    @property
    def pointing(self):
        """Whether each map's peak is in its region: 0 or 1, float64 `(N,)`, NaN where there is none."""
        return self._numbers("pointing")

    @functools.cached_property
    def maps(self):
        """The maps at their own size, `(N, *spatial)`: of several channels the value of largest magnitude.

        They are read as they are asked for: `audit.maps[5]`, `audit.maps[10:20]`; `np.asarray(audit.maps)` reads all.
        """
        return self._stacked("maps", "map_scale")

    @functools.cached_property
    def features(self):
        """The largest activation of each unit of the explained layer over its places, `(N, units)`, or None.

        They are read as `maps` are.
        """
        return next(iter(self._features.values()), None)

    @property
    def details(self):
        """`{path: (N, units)}` of up to two finer layers, the coarser first: their mean activations where maps point.

        They are read as `maps` are. There are none for a method of several passes, nor in a model of open sizes.
        """
        return dict(list(self._features.items())[1:])

    @functools.cached_property
    def _features(self):
        ends = itertools.accumulate(units for _, units in self.manifest["features"])
        columns = {path: slice(end - units, end) for (path, units), end in zip(self.manifest["features"], ends)}
        return {path: self._stacked("features", "feature_scale", each) for path, each in columns.items() if len(self)}

    @functools.cached_property
    def findings(self):
        """`Findings`: images that are decided for another reason than the others of their class, first things first.

        `print` them for sentences; `findings.classes` and `findings.confusions` tell of each class, see
        `findings.find.find`. They are looked for when they are first asked for, which takes a second or so a class.
        """
        from keras_explain.findings.find import find

        return find(
            self.maps,
            self.features,
            self.details.values(),
            predicted=self.predicted,
            keys=self.keys,
            labels=self.labels,
            targets=self.targets,
            probabilities=self.probabilities,
            energy_inside=self.energy_inside,
            pointing=self.pointing,
            class_names=self.class_names,
        )

    def suspects(self, label):
        """Returns the keys of a class, the one whose decision rests most on something else first, see `Findings`."""
        return self.findings.suspects(label)

    def to_html(self, path, images=None, *, crop=False):
        """Writes one page of what was found, to explore in a browser without a network.

        Findings come first, each with the mean map of its images beside that of the rest of the class, then images that
        are surely taken for another class, the strangest and the most typical ones of the largest classes, and classes
        that are confused: up to some hundred photographs, however many images were audited. Two tables hold each class,
        with its mean map, and each row, with its map and numbers, to filter and to sort: of 50,000 rows they take about
        4 MB, of more than 200,000 the first ones are there. An earlier page at that path is replaced.

        Args:
            path: Path of the file, as `"audit.html"`.
            images: What maps are laid over: the path of the folder that was audited, a function from an image's key to
                its photograph (a path or a uint8 array), or the audited images as an array. On gray by default.
            crop: Whether photographs were cropped, see `Explanation.save`.

        Raises:
            InputError: If the maps have no height and width, there are none, or a photograph can't be read.
            OptionError: If the images aren't as many, or there is anything but an earlier page at that path.
        """
        from keras_explain.audits.page.writer import write_page

        write_page(self, path, images, crop)

    @functools.cached_property
    def broken(self):
        """`{key: reason}` of the images that could not be read."""
        read = set(self.keys)
        found = {key: why for shard in self._shards for key, why in shard.broken}
        return {key: why for key, why in found.items() if key not in read}

    @property
    def accuracy(self):
        """The share of labeled images whose predicted class is the true one; None without labels."""
        known = (self.labels >= 0) & (self.predicted >= 0)
        return float((self.labels == self.predicted)[known].mean()) if known.any() else None

    def __len__(self):
        return self.table.num_rows

    def __repr__(self):
        return f"<Audit of {len(self):,} images by {self.manifest['title']}>"

    def __str__(self):
        return told(self)

    def _classes(self, name):
        return self.table[name].fill_null(-1).to_numpy().astype(np.int32)

    def _numbers(self, name):
        return np.array(self.table[name].to_pylist(), np.float64)

    def _stacked(self, name, scale, columns=slice(None)):
        shards = [shard for shard in self._shards if shard.table.num_rows]
        if not shards or getattr(shards[0], name) is None:
            return None
        lengths = [shard.table.num_rows for shard in shards]
        scales = self.table[scale].to_numpy()
        return Stacked(lengths, lambda number: getattr(shards[number], name)[:, columns], scales)
