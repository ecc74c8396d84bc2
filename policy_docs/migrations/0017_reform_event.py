"""A reform is an event that holds its successions; those that are there are put into events next."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy_docs', '0016_saved_listing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='reform',
            options={'ordering': ['predecessor_id', 'successor_id'], 'verbose_name': '承接关系', 'verbose_name_plural': '承接关系'},
        ),
        migrations.AlterField(
            model_name='reform',
            name='predecessor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reforms_out', to='policy_docs.unitkind', verbose_name='原单位'),
        ),
        migrations.AlterField(
            model_name='reform',
            name='successor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reforms_in', to='policy_docs.unitkind', verbose_name='承接单位'),
        ),
        migrations.CreateModel(
            name='ReformEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_key', models.CharField(editable=False, max_length=16, unique=True)),
                ('kind', models.CharField(choices=[('merge', '合并'), ('split', '分设'), ('rename', '更名'), ('transfer', '职能划转'), ('new', '新组建'), ('several', '一揽子改革')], max_length=10, verbose_name='改革方式')),
                ('title', models.CharField(max_length=80, verbose_name='名称')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='依据文件')),
                ('country_on', models.DateField(blank=True, null=True, verbose_name='国家层面日期')),
                ('province_on', models.DateField(blank=True, null=True, verbose_name='省级日期')),
                ('prefecture_on', models.DateField(blank=True, null=True, verbose_name='市级日期')),
                ('county_on', models.DateField(blank=True, null=True, verbose_name='县级日期')),
                ('state', models.CharField(choices=[('in_effect', '已登记'), ('undone', '已撤销')], default='in_effect', max_length=10, verbose_name='状态')),
                ('with_release', models.BooleanField(default=False, editable=False, verbose_name='随平台提供')),
                ('entry', models.JSONField(default=dict, editable=False)),
                ('made', models.JSONField(default=dict, editable=False)),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reform_events', to='policy_docs.jurisdiction', verbose_name='地方')),
            ],
            options={
                'verbose_name': '机构改革',
                'verbose_name_plural': '机构改革',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='reform',
            name='event',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='policy_docs.reformevent', verbose_name='机构改革'),
        ),
    ]
