"""What teammates say about runs: comments, mentions, and the inbox they end in."""
