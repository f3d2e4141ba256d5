"""People, teams and memberships."""
