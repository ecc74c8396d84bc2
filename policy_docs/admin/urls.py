"""Addresses inside Wagtail's administration; ``wagtail_hooks`` adds them behind its sign-in."""

from django.urls import path

from . import conflicts, help, outline, publishing, topics
from .sections import SectionEditView, SectionPreview

urlpatterns = [
    path("help/", help.admin_help, name="admin_help"),
    path("topics/", topics.topic_tree, name="topic_tree"),
    path("topics/<int:pk>/", topics.topic_edit, name="topic_edit"),
    path("opinions/<int:page_id>/outline/", outline.opinion_outline, name="opinion_outline"),
    path("opinions/<int:page_id>/shape/", outline.opinion_shape, name="opinion_shape"),
    path("opinions/<int:page_id>/undo/", outline.opinion_undo, name="opinion_undo"),
    path("opinions/<int:page_id>/call-back/", publishing.opinion_call_back, name="opinion_call_back"),
    path("opinions/<int:page_id>/publish/", publishing.opinion_publish, name="opinion_publish"),
    path("opinions/<int:page_id>/sections/<uuid:key>/", SectionEditView.as_view(), name="opinion_section"),
    path("opinions/<int:page_id>/sections/<uuid:key>/preview/", SectionPreview.as_view(), name="opinion_section_preview"),
    path("opinions/conflicts/<int:pk>/", conflicts.opinion_conflict, name="opinion_conflict"),
]
