"""Addresses of the pages about people, and of an invitation."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.people.views import deciding, inviting, joining, people

app_name = "people"
urlpatterns = [
    route("people/", people.people_list, name="list", get=Capability.SEE_PEOPLE),
    route(
        "people/invite/",
        inviting.InviteView.as_view(),
        name="invite",
        requires=Capability.MANAGE_PEOPLE,
        fresh=True,
    ),
    route(
        "people/invitations/<uuid:invitation_id>/again/",
        inviting.mail_again,
        name="mail_again",
        post=Capability.MANAGE_PEOPLE,
    ),
    route(
        "people/invitations/<uuid:invitation_id>/withdraw/",
        inviting.take_back,
        name="withdraw",
        post=Capability.MANAGE_PEOPLE,
    ),
    route("people/<uuid:person_id>/", people.person_page, name="person", get=Capability.SEE_PEOPLE),
    route(
        "people/<uuid:person_id>/roles/",
        deciding.roles,
        name="roles",
        requires=Capability.MANAGE_PEOPLE,
        fresh=True,
    ),
    route(
        "people/<uuid:person_id>/deactivate/",
        deciding.deactivate,
        name="deactivate",
        requires=Capability.MANAGE_PEOPLE,
    ),
    route(
        "people/<uuid:person_id>/activate/",
        deciding.reactivate,
        name="reactivate",
        post=Capability.MANAGE_PEOPLE,
        fresh=True,
    ),
    route(
        "people/<uuid:person_id>/sessions/end/",
        deciding.end_sessions,
        name="end_sessions",
        post=Capability.MANAGE_PEOPLE,
    ),
    route(
        "people/<uuid:person_id>/factor/reset/",
        deciding.reset_factor,
        name="reset_factor",
        requires=Capability.MANAGE_PEOPLE,
        fresh=True,
    ),
    route(
        "people/<uuid:person_id>/factor/require/",
        deciding.require_factor,
        name="require_factor",
        post=Capability.MANAGE_PEOPLE,
    ),
    route(
        "people/<uuid:person_id>/hand-over/",
        deciding.give_to,
        name="hand_over",
        post=Capability.MANAGE_PEOPLE,
        fresh=True,
    ),
    route("invitations/<str:key>/", joining.join_page, name="join", requires=Capability.ANYBODY),
]
