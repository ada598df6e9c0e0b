"""Pages as text: composed of what the rooms below decided, with or without a server."""
