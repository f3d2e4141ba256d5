"""A week's figures by email, for those who asked for them."""
