"""Care as the clinic keeps it: each deed checks what it needs, writes its events, and nothing else."""
