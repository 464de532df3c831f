"""The WSGI entry point, for any server: `integr8admin.wsgi:application`."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from integr8admin.declared import check_declarations

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integr8admin.settings")
if settings.IS_BUILD:
    raise ImproperlyConfigured(
        "IMAGE_BUILD: is for `manage.py collectstatic` alone; unset it to start the site"
    )
application = get_wsgi_application()
# A server that is no `manage.py` command runs no checks by itself: a wrong declaration would answer 500.
check_declarations()
