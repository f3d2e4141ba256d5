"""How much a team may use, how much it has used, and how long that will last."""
