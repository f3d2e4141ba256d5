"""Days and weeks are summed anew, now by keys with model and source besides.

Until they are, pages read their hours.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_levels_of_days")]

    operations = [
        migrations.RunSQL("DELETE FROM analytics_summed", migrations.RunSQL.noop),
    ]
