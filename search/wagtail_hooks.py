"""What finding adds to Wagtail's administration."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from policy_docs.admin.menu import OfficeMenuItem

from .views.words import EverydayWordViewSet, everyday_word_try

register_snippet(EverydayWordViewSet)


@hooks.register("register_reports_menu_item")
def asked_menu_item() -> MenuItem:
    """Offer what people asked and did not find."""
    return OfficeMenuItem(_("查找记录"), reverse("search:asked"), name="asked", icon_name="search", order=900)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Pages behind the sign-in of the administration."""
    return [path("everyday-words/try/", everyday_word_try, name="everyday_word_try")]
