"""What the maps of a whole dataset say: classes, confusions, and images that are decided for another reason."""
