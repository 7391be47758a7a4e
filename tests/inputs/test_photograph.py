"""Files that are no photographs, or broken ones: an array, or a sentence why there is none, and no waiting."""

import io
import os
import random
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from keras_explain import InputError
from keras_explain.inputs.photograph import read_photograph
from tests.cli.commands import photo

SEED, MUTATIONS = 7, 300


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def mutated(data, chance):
    """Returns data with some bytes of its first part changed, taken out or put in: there a file says what it holds."""
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(min(len(data), 400))
        kind = chance.random()
        if kind < 0.7:
            data[place] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        elif kind < 0.85:
            del data[place : place + chance.randrange(1, 9)]
        else:
            data[place:place] = chance.randbytes(chance.randrange(1, 9))
    return data


def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path, rng):
    exif = Image.Exif()
    exif.update({0x0112: 6, 0x010F: "maker", 0x8769: {0x9003: "2020:01:01 00:00:00", 0x829A: (1, 100)}})
    image = photo(rng, (32, 24))
    originals = [encoded(image, "JPEG", exif=exif)] * 3 + [encoded(image, "PNG", exif=exif), encoded(image, "GIF")]
    chance, path, refused = random.Random(SEED), tmp_path / "photo", 0
    for _ in range(MUTATIONS):
        path.write_bytes(mutated(chance.choice(originals), chance))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = read_photograph(path).image
        except InputError as error:
            refused += 1
            assert str(error).startswith("it ") and "\n" not in str(error)
        else:
            assert found.mode == "RGB" and np.asarray(found).size > 0
    assert 20 < refused < MUTATIONS - 20


def test_what_pillow_raises_keeps_its_kind_and_message(tmp_path, rng):
    (tmp_path / "half.jpg").write_bytes(encoded(photo(rng), "JPEG")[:-200])
    with pytest.raises(InputError, match="it can't be read: OSError: image file is truncated"):
        read_photograph(tmp_path / "half.jpg")


def test_what_is_no_file_is_not_opened(tmp_path, in_time):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "dangling.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.png").symlink_to("loop.png")
    for name, kind in [
        ("pipe.png", "is a pipe"),
        ("/dev/zero", "is a device"),
        (".", "is a folder"),
        ("dangling.png", "is a link to nothing"),
        ("loop.png", "can't be reached"),
        ("gone.png", "does not exist"),
        ("a" * 300, "can't be reached"),
        ("\x00", "can't be reached"),
    ]:
        with pytest.raises(InputError, match=f"it {kind}"):
            read_photograph(tmp_path / name)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_more_pixels_than_a_photograph_has_are_refused_by_their_number(tmp_path, in_time):
    header = struct.pack(">IIBBBBB", 50_000, 20_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    (tmp_path / "large.png").write_bytes(data)
    with pytest.raises(InputError, match="too large to be a photograph: Image size .1000000000 pixels"):
        read_photograph(tmp_path / "large.png")


def test_more_bytes_than_a_photograph_has_are_not_read(tmp_path, in_time):
    (tmp_path / "large.webp").write_bytes(b"RIFF\xff\xff\xff\xffWEBPVP8 ")
    os.truncate(tmp_path / "large.webp", 10**12)
    with pytest.raises(InputError, match="it has 1,000,000,000,000 bytes"):
        read_photograph(tmp_path / "large.webp")


def test_a_program_is_not_run(tmp_path):
    (tmp_path / "endless.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n{} loop\n")
    with pytest.raises(InputError, match="PostScript"):
        read_photograph(tmp_path / "endless.png")


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("moving.gif", "holds 2 pictures, of which the first is taken"),
        ("pages.tif", "holds 2 pictures, of which the first is taken"),
        ("clear.png", "is fully transparent, so that all of it is white"),
        ("camera.mpo", None),  # its own, with a preview
        ("faint.png", None),
    ],
)
def test_what_may_surprise_is_noted(tmp_path, rng, name, note):
    if name.endswith(".png"):
        Image.new("RGBA", (8, 6), (9, 9, 9, 0 if name == "clear.png" else 1)).save(tmp_path / name)
    else:
        photo(rng).save(tmp_path / name, save_all=True, append_images=[photo(rng)])
    found = read_photograph(tmp_path / name)
    assert found.notes == (() if note is None else (note,)) and found.turn is None
