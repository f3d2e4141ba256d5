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
DIMENSIONS = ("team_id", "user_id", "key_id", "profile", "source")
METRICS = ("queue", "prefill", "ttft", "tpot", "itl", "e2e")
