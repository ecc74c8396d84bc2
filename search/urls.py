"""Addresses of finding."""

from django.urls import path

from .views.asked import asked
from .views.results import results
from .views.suggest import suggest

app_name = "search"
urlpatterns = [
    path("search/", results, name="results"),
    path("search/asked/", asked, name="asked"),
    path("search/suggest/", suggest, name="suggest"),
]
