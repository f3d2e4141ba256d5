"""What the views of a run are computed from: pure functions on stored values, one file a view."""
