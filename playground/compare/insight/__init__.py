"""The page of views on one run: where its time went, where its lanes part, what else could be."""
