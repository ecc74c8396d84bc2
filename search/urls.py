"""Addresses of finding."""

from django.urls import path

from .views.asked import asked, missed, settled
from .views.results import results
from .views.similar import similar_clauses
from .views.suggest import suggest

app_name = "search"
urlpatterns = [
    path("search/", results, name="results"),
    path("search/asked/", asked, name="asked"),
    path("search/asked/missed/", missed, name="missed"),
    path("search/asked/settled/", settled, name="missed_settled"),
    path("opinions/<slug:key>/c/<slug:clause_key>/similar/", similar_clauses, name="similar"),
    path("search/suggest/", suggest, name="suggest"),
]
