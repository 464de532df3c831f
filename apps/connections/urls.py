"""URLs of the pages about services and keys."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.connections.views import keys, services

app_name = "connections"
urlpatterns = [
    route("", keys.ConnectionListView.as_view(), name="list", get=Capability.OWN_KEYS),
    route(
        "new/", keys.ConnectionCreateView.as_view(), name="create", requires=Capability.OWN_KEYS, fresh=True
    ),
    route(
        "<uuid:pk>/", keys.ConnectionEditView.as_view(), name="edit", requires=Capability.OWN_KEYS, fresh=True
    ),
    route("<uuid:pk>/test/", keys.ConnectionTestView.as_view(), name="test", post=Capability.OWN_KEYS),
    route(
        "<uuid:pk>/remove/", keys.ConnectionRemoveView.as_view(), name="remove", requires=Capability.OWN_KEYS
    ),
    route("services/", services.ServiceListView.as_view(), name="services", get=Capability.MANAGE_SERVICES),
    route(
        "services/new/",
        services.ServiceFormView.as_view(),
        name="service_create",
        requires=Capability.MANAGE_SERVICES,
    ),
    route(
        "services/<uuid:pk>/",
        services.ServiceFormView.as_view(),
        name="service_edit",
        requires=Capability.MANAGE_SERVICES,
    ),
]
