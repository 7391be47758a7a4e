"""Files and folders of results, whole or not at all, and read from anybody; what is in them is not known here."""
