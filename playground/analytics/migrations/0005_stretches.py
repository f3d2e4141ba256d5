"""Histograms as one row a rollup, days and weeks with sums, more levels, indexes for the pages.

All sums are made anew from the generations, which no version before this one removed.
"""

import django.db.models.deletion
from django.db import migrations, models

EMPTY = """
TRUNCATE analytics_rollup, analytics_histogram, analytics_day, analytics_dayspread;
DELETE FROM analytics_watermark WHERE name = 'rollups'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0004_day_spreads"),
        ("inference", "0004_request_id"),
    ]

    operations = [
        migrations.RunSQL(EMPTY, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Stretch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("site", "Site"),
                            ("site_profile", "Site Profile"),
                            ("site_source", "Site Source"),
                            ("site_profile_source", "Site Profile Source"),
                            ("team", "Team"),
                            ("team_user", "Team User"),
                            ("team_key", "Team Key"),
                            ("team_profile", "Team Profile"),
                            ("team_source", "Team Source"),
                            ("team_profile_source", "Team Profile Source"),
                            ("finest", "Finest"),
                        ],
                        max_length=20,
                    ),
                ),
                ("team_id", models.BigIntegerField(null=True)),
                ("user_id", models.BigIntegerField(null=True)),
                ("key_id", models.BigIntegerField(null=True)),
                ("profile", models.CharField(max_length=60, null=True)),
                ("source", models.CharField(max_length=8, null=True)),
                ("requests", models.IntegerField()),
                ("done", models.IntegerField()),
                ("stopped", models.IntegerField()),
                ("interrupted", models.IntegerField()),
                ("failed", models.IntegerField()),
                (
                    "good",
                    models.IntegerField(
                        help_text="Done within the team's limits; what an engine does not tell is not within them."
                    ),
                ),
                ("prompt_tokens", models.BigIntegerField()),
                ("cached_tokens", models.BigIntegerField()),
                ("output_tokens", models.BigIntegerField()),
                (
                    "busy_us",
                    models.BigIntegerField(
                        help_text="Prefill and decode together, over all requests."
                    ),
                ),
                ("queue", models.BinaryField(default=b"")),
                ("prefill", models.BinaryField(default=b"")),
                ("ttft", models.BinaryField(default=b"")),
                ("tpot", models.BinaryField(default=b"")),
                ("itl", models.BinaryField(default=b"")),
                ("e2e", models.BinaryField(default=b"")),
                ("first_day", models.DateField()),
                ("days", models.SmallIntegerField(help_text="1 or 7.")),
            ],
            options={
                "verbose_name_plural": "stretches",
            },
        ),
        migrations.CreateModel(
            name="Summed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField()),
                ("days", models.SmallIntegerField()),
            ],
            options={
                "verbose_name_plural": "summed",
            },
        ),
        migrations.DeleteModel(name="Day"),
        migrations.DeleteModel(name="DaySpread"),
        migrations.DeleteModel(name="Histogram"),
        migrations.CreateModel(
            name="Histogram",
            fields=[
                ("queue", models.BinaryField(default=b"")),
                ("prefill", models.BinaryField(default=b"")),
                ("ttft", models.BinaryField(default=b"")),
                ("tpot", models.BinaryField(default=b"")),
                ("itl", models.BinaryField(default=b"")),
                ("e2e", models.BinaryField(default=b"")),
                (
                    "rollup",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="histogram",
                        serialize=False,
                        to="analytics.rollup",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AlterField(
            model_name="rollup",
            name="level",
            field=models.CharField(
                choices=[
                    ("site", "Site"),
                    ("site_profile", "Site Profile"),
                    ("site_source", "Site Source"),
                    ("site_profile_source", "Site Profile Source"),
                    ("team", "Team"),
                    ("team_user", "Team User"),
                    ("team_key", "Team Key"),
                    ("team_profile", "Team Profile"),
                    ("team_source", "Team Source"),
                    ("team_profile_source", "Team Profile Source"),
                    ("finest", "Finest"),
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveIndex(model_name="rollup", name="rollup_level_team_hour"),
        migrations.AddIndex(
            model_name="rollup",
            index=models.Index(
                fields=["level", "hour", "team_id", "user_id"], name="rollup_level_hour"
            ),
        ),
        migrations.AddIndex(
            model_name="rollup",
            index=models.Index(
                condition=models.Q(("level", "team_user")),
                fields=["user_id", "team_id", "hour"],
                name="rollup_teams_of_user",
            ),
        ),
        migrations.AddConstraint(
            model_name="stretch",
            constraint=models.UniqueConstraint(
                fields=(
                    "first_day",
                    "days",
                    "level",
                    "team_id",
                    "user_id",
                    "key_id",
                    "profile",
                    "source",
                ),
                name="one_stretch_per_level",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="summed",
            constraint=models.UniqueConstraint(fields=("first_day", "days"), name="summed_once"),
        ),
        migrations.RunSQL(
            "CREATE INDEX usage_team_ended ON inference_generation (team_id, finished_at, e2e_us) WHERE finished_at IS NOT NULL",
            "DROP INDEX usage_team_ended",
        ),
        migrations.RunSQL(
            "CREATE INDEX usage_ended ON inference_generation (finished_at, e2e_us) WHERE finished_at IS NOT NULL",
            "DROP INDEX usage_ended",
        ),
        migrations.RunSQL(
            "CREATE INDEX usage_bad ON inference_generation (finished_at, team_id) WHERE status IN ('failed', 'interrupted')",
            "DROP INDEX usage_bad",
        ),
    ]
