"""No view keeps itself, and the request it answers, until the garbage collector comes."""

from django.test import RequestFactory
from django.views import View

from tests.architecture.routes import routes


def view_classes() -> dict[type[View], str]:
    """The class of each view that an address has, with the name of one."""
    return {route.view_class: route.name for route in routes() if route.view_class}


def test_no_view_holds_a_method_of_its_own():
    request = RequestFactory().get("/")
    holding = {}
    for view_class, name in view_classes().items():
        view = view_class.__new__(view_class)
        View.setup(view, request)
        if own := [key for key, value in vars(view).items() if getattr(value, "__self__", None) is view]:
            holding[name] = own
    assert len(view_classes()) > 40
    assert holding == {}


def test_head_is_answered_as_get_is(admin_client):
    for address in ("/", "/connections/", "/integrations/int-eu/offers/1001/"):
        got, head = admin_client.get(address), admin_client.head(address)
        assert (head.status_code, head.content) == (got.status_code, b"") and got.status_code == 200
