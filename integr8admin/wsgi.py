"""The WSGI entry point, for any server: `integr8admin.wsgi:application`."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integr8admin.settings")
if settings.IS_BUILD:
    raise ImproperlyConfigured(
        "IMAGE_BUILD: is for `manage.py collectstatic` alone; unset it to start the site"
    )
application = get_wsgi_application()
