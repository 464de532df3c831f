"""Every address of the site: one line for each app."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.ui.waiting.views import whole_page
from integr8admin.browser_security.csp_reports import csp_reports
from integr8admin.browser_security.headers import REPORTS_PATH
from integr8admin.component_gallery import gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.home.urls")),
    path("account/", include("apps.accounts.sign_in.urls")),
    path("account/", include("apps.accounts.second_factor.urls")),
    path("account/openid/", include("apps.accounts.openid.urls")),
    path("", include("apps.accounts.urls")),
    path("connections/", include("apps.connections.urls")),
    path("changes/", include("apps.changes.urls")),
    path("conversions/", include("apps.conversions.urls")),
    path("reports/", include("apps.reports.urls")),
    path("exports/schedules/", include("apps.schedules.urls")),
    path("exports/", include("apps.exports.urls")),
    path("exports/", include("apps.look_inside.urls")),
    path("", include("apps.shares.urls")),
    path("bulk/", include("apps.bulk.urls")),
    path("imports/", include("apps.bulk.imports.urls")),
    path("notifications/", include("apps.notifications.urls")),
    path("lists/", include("apps.saved_views.urls")),
    path("shortcuts/", include("apps.shortcuts.urls")),
    path("", include("apps.people.urls")),
    path("mailbox/", include("apps.mail.urls")),
    path("", include("apps.list_files.urls")),
    path("", include("apps.resources.urls")),
    route(REPORTS_PATH.removeprefix("/"), csp_reports, name="csp_reports", post=Capability.ANYBODY),
    route("whole-page/", whole_page, name="whole_page", get=Capability.OWN_ACCOUNT),
]
if settings.DEBUG:
    urlpatterns.append(route("design/", gallery, name="design", get=Capability.ANYBODY))

handler400 = "integr8admin.error_views.bad_request"
handler403 = "integr8admin.error_views.forbidden"
handler404 = "integr8admin.error_views.not_found"
# allauth's own; Django has none.
handler429 = "apps.accounts.sign_in.too_many.too_many"
handler500 = "integr8admin.error_views.server_error"
