"""Days and weeks are summed anew, now by people and keys with model or source besides.

Until they are, pages read their hours.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("analytics", "0005_stretches")]

    operations = [
        migrations.RunSQL("DELETE FROM analytics_summed", migrations.RunSQL.noop),
    ]
