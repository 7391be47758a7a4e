"""The page of an audit: findings and the images that show them, a table of classes, and one of all images."""
