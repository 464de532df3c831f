"""Pages about the conversions of token APIs."""

from django.urls import path

from apps.conversions.views import ConversionsFileView, ConversionsView

app_name = "conversions"
urlpatterns = [
    path("", ConversionsView.as_view(), name="list"),
    path("conversions.csv", ConversionsFileView.as_view(), name="file"),
]
