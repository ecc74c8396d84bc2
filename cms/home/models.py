"""The start page."""

from typing import Any

from wagtail.models import Page


class HomePage(Page):
    """Root of the site's pages."""

    max_count = 1
    template = "home/home.html"

    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer with the start page (the view lives beside the other views)."""
        from cms.home.views import home

        return home(request)
