"""Take the documentation's pictures of pages, as headless Chromium shows them, and that of the demo's gallery.

Run `keras-explain demo` and `python -m examples.photographs` first, all from the root of the repository.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tensorboard.program
from PIL import Image

from keras_explain.demo import OUT

DOCS, PAGE = Path("docs"), Path("photographs.html")


def screenshot(address, path, width, height):
    """Writes what a window of that size shows of a page."""
    browser = shutil.which("chromium") or sys.exit("Chromium is missing: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder, "shot.png")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += ["--virtual-time-budget=20000", f"--user-data-dir={folder}", f"--window-size={width},{height}"]
        subprocess.run([*command, f"--screenshot={shot}", address], check=True, capture_output=True, timeout=180)
        shrink(shot, path, width)


def shrink(source, path, width):
    """Writes a picture anew, no wider: a PNG of few colors, or a JPEG."""
    picture = Image.open(source).convert("RGB")
    picture.thumbnail((width, width), Image.Resampling.LANCZOS)
    if path.suffix == ".png":
        picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    else:
        picture.save(path, quality=85)


def main():
    """Takes all of them."""
    server = tensorboard.program.TensorBoard()
    server.configure(argv=[None, "--logdir", str(OUT / "logs"), "--host", "127.0.0.1", "--port", "0"])
    screenshot(f"{server.launch().rstrip('/')}/#images", DOCS / "tensorboard.png", 1140, 960)
    screenshot(f"{PAGE.resolve().as_uri()}#image=4&method=grad_cam", DOCS / "page.jpg", 1280, 860)
    shrink(OUT / "gallery.png", DOCS / "gallery.jpg", 1600)


if __name__ == "__main__":
    main()
