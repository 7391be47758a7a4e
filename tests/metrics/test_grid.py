import keras
import numpy as np
import pytest
from keras import layers

import keras_explain as kx
from keras_explain.metrics import Scorer, grid_pointing, lay_grids


def colors(size, layout="channels_last"):
    """Returns a network whose class is the brightest channel: its CAM is that channel."""
    shape = (*size, 5) if layout == "channels_last" else (5, *size)
    pooled = layers.GlobalAveragePooling2D(data_format=layout)
    convolution = layers.Conv2D(5, 1, use_bias=False, data_format=layout)
    model = keras.Sequential([keras.Input(shape), convolution, pooled, layers.Softmax()])
    convolution.set_weights([np.eye(5)[np.newaxis, np.newaxis]])
    return model


def lit(classes, strengths, size=(6, 8)):
    images = np.zeros((len(classes), *size, 5), "float32")
    for image, one, strength in zip(images, classes, strengths):
        image[..., one] = strength
    return images


CLASSES, STRENGTHS = [0, 1, 1, 2, 3, 4, 0, 2], [9, 8, 7, 6, 5, 0.1, 4, 3]


def test_the_share_in_the_own_cell():
    maps = np.zeros((4, 4, 6, 1))
    maps[0, 0, 4], maps[0, 3, 0], maps[0, 3, 5] = 3, 1, -7
    maps[1] = -1
    maps[2:] = 5
    np.testing.assert_allclose(grid_pointing(maps, 1), [0.75, 0, 0.25, 0.25])
    np.testing.assert_allclose(grid_pointing(maps, [2, 0, 0, 3]), [0.25, 0, 0.25, 0.25])
    np.testing.assert_allclose(grid_pointing(maps[:1], 0, side=1), [1])
    volume = np.ones((1, 4, 4, 4, 1))
    np.testing.assert_allclose(grid_pointing(volume, 7), [1 / 8])
    np.testing.assert_allclose(grid_pointing(np.ones((1, 7, 7, 1)), 4, side=3), [9 / 49])


@pytest.mark.parametrize("size", [(None, None), (6, 8)])
@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_cam_finds_each_class_in_its_cell(size, layout):
    model, images = colors(size, layout), lit(CLASSES, STRENGTHS)
    images = images if layout == "channels_last" else np.moveaxis(images, -1, 1)
    grids = lay_grids(model, images, count=5)
    assert sorted(grids.sources[0]) == [0, 1, 3, 4] and len(grids.images) == 1
    last = grids.images if layout == "channels_last" else np.moveaxis(grids.images, 1, -1)
    assert last.shape == ((1, 12, 16, 5) if size[0] is None else (1, 6, 8, 5))
    np.testing.assert_array_equal(grids.classes, np.array(CLASSES)[grids.sources])
    for cell, source in enumerate(grids.sources[0]):
        top, left = np.array(divmod(cell, 2)) * np.array(last.shape[1:3]) // 2
        np.testing.assert_allclose(last[0, top, left, CLASSES[source]], STRENGTHS[source], rtol=1e-6)
    if layout == "channels_last":
        np.testing.assert_allclose(grids.pointing(kx.CAM(model)), np.ones((1, 4)), rtol=1e-5)


def test_a_constant_map_has_the_chance_level():
    grids = lay_grids(colors((None, None)), lit(CLASSES, STRENGTHS))
    shares = grids.pointing(lambda images, target: np.ones((len(images), 12, 16, 1)))
    np.testing.assert_allclose(shares, np.full((1, 4), 0.25))


def test_the_surest_come_first_and_seeds_place_them():
    scorer, images = Scorer(colors((None, None))), lit(CLASSES * 2, STRENGTHS * 2)
    grids = lay_grids(scorer, images, count=9, least=0.01)
    assert [sorted(one) for one in grids.sources.tolist()] == [
        [0, 1, 3, 4],
        [8, 9, 11, 12],
        [2, 5, 6, 7],
        [10, 13, 14, 15],
    ]
    assert all(len(set(one)) == 4 for one in grids.classes.tolist())
    np.testing.assert_array_equal(lay_grids(scorer, images, count=2, least=0.01).sources, grids.sources[:2])
    others = [lay_grids(scorer, images, seed=seed).sources.tolist() for seed in range(4)]
    assert len({str(one) for one in others}) > 1 and len({str(sorted(one[0])) for one in others}) == 1


def test_wrong_and_doubtful_images_are_left_out():
    model, images = colors((None, None)), lit(CLASSES, STRENGTHS)
    grids = lay_grids(model, images, labels=[4, 1, 1, 2, 3, 4, 0, 2])
    assert sorted(grids.sources[0]) == [1, 3, 4, 6]
    with pytest.raises(kx.InputError, match="at least 9 classes that the network is sure of, received 4"):
        lay_grids(model, images, side=3)
    with pytest.raises(kx.OptionError, match="custom score"):
        lay_grids(model, images, score=lambda outputs, target: outputs[:, 0])
    pair = [keras.Input((6, 8, 5)), keras.Input((6, 8, 5))]
    with pytest.raises(kx.ModelError, match="one input"):
        lay_grids(keras.Model(pair, model(pair[0] + pair[1])), [images, images], input=0)


@pytest.mark.parametrize("cells", [4, -1, 0.5, [0, 1, 2], None])
def test_what_is_no_cell_is_refused(cells):
    with pytest.raises(kx.OptionError, match="cells from 0 to 3"):
        grid_pointing(np.ones((2, 4, 4, 1)), cells)
