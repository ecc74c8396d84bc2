"""Addresses of the domain."""

from django.urls import URLPattern

app_name = "policy_docs"
urlpatterns: list[URLPattern] = []
