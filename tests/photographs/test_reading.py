import numpy as np
from PIL import Image

from keras_explain.photographs.reading import read_photo


def pixels(path, channels, size=None, crop=False):
    return read_photo(path, channels, size, crop)[0]


def test_photographs_as_the_eye_sees_them(tmp_path, rng):
    def saved(image, name, **options):
        image.save(tmp_path / name, **options)
        return tmp_path / name

    ramp = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    sixteen = pixels(saved(Image.fromarray(ramp), "16.png"), 1)
    np.testing.assert_array_equal(sixteen[..., 0], np.arange(256).reshape(16, 16))
    red = Image.new("RGB", (20, 10), (255, 0, 0))
    np.testing.assert_array_equal(pixels(saved(red.convert("P"), "p.png"), 3)[0, 0], [255, 0, 0])
    assert np.abs(pixels(saved(red.convert("CMYK"), "cmyk.jpg"), 3)[0, 0].astype(int) - [255, 0, 0]).max() < 12
    exif = Image.Exif()
    exif[0x0112] = 6
    assert pixels(saved(red, "turned.jpg", exif=exif), 3).shape == (20, 10, 3)
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert pixels(saved(clear, "clear.png"), 3).min() == 255
    assert pixels(saved(clear.convert("P"), "clear_p.png", transparency=0), 3).min() == 255
    assert pixels(saved(Image.new("LA", (4, 4), (0, 128)), "la.png"), 1).max() == 127
    half = Image.new("RGB", (30, 10), (0, 0, 0))
    half.paste((255, 255, 255), (10, 0, 20, 10))
    half = saved(half, "half.png")
    assert pixels(half, 3, (10, 10), crop=True).min() == 255 and pixels(half, 3, (10, 10)).min() == 0
