"""The root of the page tree."""

from django.db import transaction
from wagtail.models import Page, Site

from .models import HomePage


@transaction.atomic
def ensure_home() -> None:
    """Give the default site a start page of our own; does nothing where there is one."""
    if HomePage.objects.exists():
        return
    root = Page.objects.filter(depth=1).first()
    site = Site.objects.filter(is_default_site=True).first()
    if root is None or site is None:
        return  # the page tree is not there yet (a migration to an early state)
    old = site.root_page
    home = root.add_child(instance=HomePage(title="首页", slug="liandong"))
    for child in old.get_children():
        child.move(home, pos="last-child")
    Site.objects.filter(pk=site.pk).update(root_page=home, site_name="联动")
    if old.depth > 1 and not isinstance(old.specific, HomePage):
        Page.objects.get(pk=old.pk).delete()
