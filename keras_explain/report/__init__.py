"""Several methods on some images at once: asked, looked at, saved and loaded."""
