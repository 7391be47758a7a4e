"""What runs in the browser: plain scripts, together one module, and their style."""
