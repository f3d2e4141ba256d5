"""One file a page: each builds what its address shows from what was asked."""
