"""What finding adds to Wagtail's administration."""

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .views.words import EverydayWordViewSet, everyday_word_try

register_snippet(EverydayWordViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Pages behind the sign-in of the administration."""
    return [path("everyday-words/try/", everyday_word_try, name="everyday_word_try")]
