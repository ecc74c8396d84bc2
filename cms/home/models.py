"""The start page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class HomePage(Page):
    """Root of the site's pages."""

    max_count = 1
    template = "home/home.html"

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")

    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer with the start page (the view lives beside the other views)."""
        from cms.home.views import home

        return home(request)
