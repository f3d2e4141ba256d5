"""A made-up history of any size, to measure the real one's pages with."""
