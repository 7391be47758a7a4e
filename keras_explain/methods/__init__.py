"""One file a method, named by its key; `table` lists them."""
