"""Cited documents that the house has decided not to collect."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the table; nothing has been decided so far."""

    dependencies = [
        ('policy_docs', '0014_job_key'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NotCollected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=500, unique=True)),
                ('written', models.CharField(max_length=500, verbose_name='引用时的写法')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('decided_at', models.DateTimeField(auto_now_add=True, verbose_name='决定时间')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
            ],
            options={
                'verbose_name': '决定不收录的文件',
                'verbose_name_plural': '决定不收录的文件',
                'ordering': ['-pk'],
            },
        ),
    ]
