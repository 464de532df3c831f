"""No table holds something encrypted under the ring that a rotation would forget."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps

from apps.encryption.rotation import registered_kinds


@pytest.mark.django_db
def test_each_table_with_a_ring_key_is_registered_for_rotation():
    encrypted = {
        model for model in apps.get_models() if any(f.name == "ring_key_id" for f in model._meta.get_fields())
    }
    registered = {kind.outside_first_key().model for kind in registered_kinds()}
    assert encrypted, "the tables are told by the name of their column"
    # The secrets of second factors name their ring key themselves.
    assert registered == encrypted | {Authenticator}
