"""The engines: one protocol, and what stands behind it."""
