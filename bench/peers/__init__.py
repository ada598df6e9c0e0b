"""Other engines on the reference problem, one a file."""
