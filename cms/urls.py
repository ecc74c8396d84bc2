"""Addresses of the site: our own first, the page tree last."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.accounts.views import SignInView, SignOutView
from cms.home.desk import desk
from cms.home.health import health
from cms.home.media import media
from policy_docs.admin.accounts import own_account

urlpatterns = [
    path("healthz", health, name="health"),
    path("login/", SignInView.as_view(), name="login"),
    path("logout/", SignOutView.as_view(), name="logout"),
    path("desk/", desk, name="desk"),
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", include("policy_docs.admin.choosers")),
    path("admin/account/", own_account),  # before Wagtail's own, whose name it keeps
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, view=media, document_root=settings.MEDIA_ROOT)
urlpatterns += [path("", include("policy_docs.urls")), path("", include("search.urls")), path("", include(wagtail_urls))]

handler400 = "cms.home.errors.bad_request"
handler403 = "cms.home.errors.forbidden"
handler404 = "cms.home.errors.not_found"
handler500 = "cms.home.errors.failed"
