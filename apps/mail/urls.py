"""Addresses of the mailbox pages."""

from django.urls import path

from apps.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.mail_list, name="list"),
    path("<slug:name>/", views.mail_detail, name="detail"),
]
