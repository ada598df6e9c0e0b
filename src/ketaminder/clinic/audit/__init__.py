"""The audit trail: adding to the chain, sealing it, verifying it."""
