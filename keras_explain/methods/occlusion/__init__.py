"""The scores of images with a patch hidden: plainly, or by running again only what changes."""
