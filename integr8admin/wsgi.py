"""The WSGI entry point, for any server: `integr8admin.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from integr8admin.startup_checks import check_before_serving

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integr8admin.settings")
application = get_wsgi_application()
# A server that is no `manage.py` command runs no checks by itself: a wrong declaration would answer 500.
check_before_serving()
