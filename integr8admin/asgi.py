"""The ASGI entry point, for any server: `integr8admin.asgi:application`. `python -m integr8admin.serve` runs it."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from integr8admin.startup_checks import check_before_serving

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integr8admin.settings")
handler = get_wsgi_application()
# No `manage.py` runs the checks here: a wrong declaration would be pages that answer 500.
check_before_serving()

from integr8admin.serving.application import Application  # noqa: E402

application = Application(handler)
# Everything a page needs is read now, and not looked at by the garbage collector at every request.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
# The thread that reads and writes waits at most so long for each page at work, instead of five times as long.
sys.setswitchinterval(0.001)
