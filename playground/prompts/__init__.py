"""The team's shared library: prompts with versions, and presets of decoding settings."""
