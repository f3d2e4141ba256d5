"""Who uses what, how fast it is, and what it costs: hourly rollups, and the pages on them."""
