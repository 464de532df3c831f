"""The list of keys: a page, and what the script shows of it over another page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from apps.ui.fragments import is_part_wanted
from apps.ui.keyboard.commands import command_parts


class KeyboardView(View):
    """Every key and what it does."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; for the script the list alone."""
        template = "home/_keyboard.html" if is_part_wanted(request) else "home/keyboard.html"
        return render(request, template, {"parts": command_parts()})
