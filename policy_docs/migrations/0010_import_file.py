"""Uploads on their way to a document, and how often a worker has taken a job up."""

import django.db.models.deletion
import policy_docs.opinions.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policy_docs', '0009_set_aside'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='job',
            name='heartbeat_at',
            field=models.DateTimeField(auto_now=True, db_index=True),
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_key', models.CharField(default=policy_docs.opinions.models.new_public_key, editable=False, max_length=12, unique=True)),
                ('state', models.CharField(choices=[('waiting', '等待识别'), ('reading', '正在识别'), ('ready', '待核对'), ('failed', '识别中断'), ('refused', '没有收录'), ('same', '已有，没有重复保存'), ('saved', '已保存'), ('discarded', '已放弃')], db_index=True, default='waiting', max_length=10, verbose_name='状态')),
                ('origin', models.CharField(choices=[('file', '上传'), ('archive', '压缩包'), ('paste', '粘贴')], default='file', max_length=8, verbose_name='来源')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('folder', models.CharField(blank=True, max_length=300, verbose_name='文件夹')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='大小')),
                ('sha256', models.CharField(blank=True, db_index=True, max_length=64)),
                ('original', models.CharField(blank=True, max_length=200)),
                ('text_hash', models.CharField(blank=True, db_index=True, max_length=64)),
                ('source', models.TextField(blank=True)),
                ('message', models.TextField(blank=True, verbose_name='说明')),
                ('draft', models.JSONField(blank=True, default=dict)),
                ('undo', models.JSONField(blank=True, default=list)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField(blank=True, null=True)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='files', to='policy_docs.job')),
                ('opinion', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='imports', to='policy_docs.opinionpage')),
                ('twin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='policy_docs.importfile')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '导入的文件',
                'verbose_name_plural': '导入的文件',
                'ordering': ['-pk'],
            },
        ),
    ]
