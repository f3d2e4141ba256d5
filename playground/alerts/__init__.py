"""Rules that watch figures, queues and workers, and tell people when something goes wrong."""
