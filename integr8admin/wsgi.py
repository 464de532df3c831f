"""The WSGI entry point, for any server: `integr8admin.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integr8admin.settings")
application = get_wsgi_application()
