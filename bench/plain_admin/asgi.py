"""The plain admin behind the same server, warmed as ours is."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.plain_admin.settings")
handler = get_wsgi_application()

from integr8admin.serving.application import Application  # noqa: E402

application = Application(handler)
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
sys.setswitchinterval(0.001)
