"""Who works here: the gate in front of every address, presence, joining and leaving."""
