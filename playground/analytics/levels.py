"""By which columns requests are summed, and what is measured of them."""

# (level, the columns that it groups by)
LEVELS = (
    ("site", ()),
    ("site_profile", ("profile",)),
    ("site_source", ("source",)),
    ("site_profile_source", ("profile", "source")),
    ("team", ("team_id",)),
    ("team_user", ("team_id", "user_id")),
    ("team_key", ("team_id", "key_id")),
    ("team_profile", ("team_id", "profile")),
    ("team_source", ("team_id", "source")),
    ("team_profile_source", ("team_id", "profile", "source")),
    ("finest", ("team_id", "user_id", "key_id", "profile", "source")),
)
STRETCH_LEVELS = (
    ("site_key_profile", ("key_id", "profile")),
    ("site_key_source", ("key_id", "source")),
    ("site_keys_narrowed", ("key_id", "profile", "source")),
    ("site_user_profile", ("user_id", "profile")),
    ("site_user_source", ("user_id", "source")),
)
"""Kept of whole days and weeks alone, for the site's people and keys narrowed once more: of hours
these would be nearly as many rows as the finest level has."""
DIMENSIONS = ("team_id", "user_id", "key_id", "profile", "source")
METRICS = ("queue", "prefill", "ttft", "tpot", "itl", "e2e")
