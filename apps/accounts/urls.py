"""Pages about the signed-in person."""

from django.urls import path

from apps.accounts.views import PreferencesView

app_name = "accounts"
urlpatterns = [path("preferences/", PreferencesView.as_view(), name="preferences")]
