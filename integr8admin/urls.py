"""Every address of the site: one line for each app."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from apps.resources import registry
from integr8admin.gallery import gallery
from integr8admin.home import HomeView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", HomeView.as_view(), name="home"),
    path("account/", include("apps.accounts.sign_in_urls")),
    path("", include("apps.accounts.urls")),
    path("connections/", include("apps.connections.urls")),
    path("conversions/", include("apps.conversions.urls")),
    path("exports/", include("apps.exports.urls")),
    path("mailbox/", include("apps.mail.urls")),
    *registry.urls(),
]
if settings.DEBUG:
    urlpatterns.append(path("design/", gallery, name="design"))

handler400 = "integr8admin.error_views.bad_request"
handler403 = "integr8admin.error_views.forbidden"
handler404 = "integr8admin.error_views.not_found"
handler500 = "integr8admin.error_views.server_error"
