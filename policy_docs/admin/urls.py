"""Addresses inside Wagtail's administration; ``wagtail_hooks`` adds them behind its sign-in."""

from django.urls import path

from . import conflicts

urlpatterns = [
    path("opinions/conflicts/<int:pk>/", conflicts.opinion_conflict, name="opinion_conflict"),
]
