"""Filters of lists that people keep under a name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the table."""

    dependencies = [
        ('policy_docs', '0015_not_collected'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedListing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('page', models.CharField(choices=[('policy_docs:opinions', '政策文件'), ('policy_docs:unit', '单位职责'), ('policy_docs:review', '核对职责'), ('search:results', '查找')], max_length=30, verbose_name='列表')),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('code', models.CharField(blank=True, max_length=12)),
                ('query', models.CharField(blank=True, max_length=1000, verbose_name='筛选条件')),
                ('shared', models.CharField(blank=True, choices=[('', '只有我'), ('unit', '本单位同事'), ('office', '协调机构')], default='', max_length=6, verbose_name='谁能看到')),
                ('order', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_listings', to=settings.AUTH_USER_MODEL, verbose_name='保存人')),
            ],
            options={
                'verbose_name': '保存的筛选',
                'verbose_name_plural': '保存的筛选',
                'ordering': ['owner_id', 'order', 'pk'],
                'indexes': [models.Index(fields=['owner', 'removed_at'], name='saved_own')],
            },
        ),
    ]
