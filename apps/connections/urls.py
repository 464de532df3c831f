"""Pages about services and keys."""

from django.urls import path

from apps.connections.views import keys, services

app_name = "connections"
urlpatterns = [
    path("", keys.ConnectionListView.as_view(), name="list"),
    path("new/", keys.ConnectionCreateView.as_view(), name="create"),
    path("<uuid:pk>/", keys.ConnectionEditView.as_view(), name="edit"),
    path("<uuid:pk>/test/", keys.ConnectionTestView.as_view(), name="test"),
    path("<uuid:pk>/remove/", keys.ConnectionRemoveView.as_view(), name="remove"),
    path("services/", services.ServiceListView.as_view(), name="services"),
    path("services/new/", services.ServiceFormView.as_view(), name="service_create"),
    path("services/<uuid:pk>/", services.ServiceFormView.as_view(), name="service_edit"),
]
