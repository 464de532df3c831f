"""Users: passwords are written and never shown, and bulk actions go one by one."""

from apps.resources import registry
from tests.resources.rules import visit
from tests.support.bulk_runs import Bulk

LIST = "/users/"
PASSWORD = "canary-Passw0rd-9731"


def new_user(**values):
    return {
        "nonce": "0b0e7a1e-0000-4000-8000-000000000001",
        "email": "new.user@example.com",
        "password": PASSWORD,
        "role": "accountManager",
        "first_name": "Nora",
        **values,
    }


def test_a_password_is_sent_and_stands_on_no_page(admin_client, sent, caplog):
    answer = admin_client.post(f"{LIST}new/", new_user())
    assert answer.status_code == 302
    [(operation, body)] = sent
    assert operation == "createUser"
    assert body["password"] == PASSWORD
    assert PASSWORD not in visit(admin_client, answer["Location"]).response.content.decode()
    assert PASSWORD not in caplog.text


def test_a_refused_form_keeps_everything_but_the_password(admin_client):
    page = visit(admin_client, f"{LIST}new/", data=new_user(email=""), status=422)
    text = page.response.content.decode()
    assert "Nora" in text
    assert PASSWORD not in text


def test_an_empty_password_leaves_the_present_one(admin_client, sent):
    page = visit(admin_client, f"{LIST}usr-main-002/edit/")
    data = {**page.fields(), "password": "", "city": "Lisbon"}
    assert admin_client.post(f"{LIST}usr-main-002/edit/", data).status_code == 302
    assert sent == [("updateUser", {"city": "Lisbon"})]


def test_the_form_explains_the_roles(admin_client):
    text = visit(admin_client, f"{LIST}new/").response.content.decode()
    assert "Full access to the organisation".lower() in text.lower()
    assert "can be assigned to publishers and advertisers" in text


def test_a_selection_is_changed_one_by_one_with_a_result_for_each(admin_client, sent):
    bulk = Bulk(admin_client, registry.named("users"), {})
    carried = bulk.carry_out("deactivate", ["usr-main-002", "usr-main-003"])
    assert sent == [("updateUser", {"status": "Deactivated"})] * 2
    assert carried.states == {"usr-main-002": "Done", "usr-main-003": "Done"}


def test_an_account_managers_key_is_refused_by_the_api_and_the_page_says_so(manager_client):
    page = visit(manager_client, f"{LIST}new/", data=new_user(), status=403)
    assert "may not do this" in page.response.content.decode()


def test_a_look_up_says_who_is_deactivated(admin_client, sandbox):
    place = ("org-main", "users", "")
    store = sandbox.application.store
    for key, status in (("usr-main-002", "Active"), ("usr-main-003", "Deactivated")):
        with store.lock:
            store.write([(place, key, {**store.get(place, key), "status": status})])
        [found] = visit(admin_client, f"{LIST}suggest/?q={key}", fragment=True).all("li")
        assert found["data-value"] == key
        assert ("(not active)" in found.text) is (status == "Deactivated")


def test_no_list_is_filtered_or_sorted_by_a_password(admin_client, sandbox):
    page = visit(admin_client, f"{LIST}?filter[password][starts_with]=5&sort=password")
    assert not page.all("option", value="password")
    assert admin_client.get(f"{LIST}filter/?filter_field=password").status_code == 404
    assert not [
        name for name, value in sandbox.journal("listUsers")[0]["query"] if "password" in name + value
    ]


def test_a_table_that_goes_against_a_switch_says_what_it_means(admin_client, sandbox):
    store = sandbox.application.store
    user = next(
        record for record in store.records(("org-main", "users", "")) if record["id"] == "usr-main-002"
    )
    publisher = store.records(("org-main", "publishers", ""))[0]
    for is_manager, times in ((False, 1), (True, 0)):
        with store.lock:
            store.write(
                [
                    (("org-main", "users", ""), user["id"], {**user, "is_publisher_manager": is_manager}),
                    (
                        ("org-main", "publishers", ""),
                        str(publisher["id"]),
                        {**publisher, "manager_id": user["id"]},
                    ),
                ]
            )
        page = visit(admin_client, f"{LIST}usr-main-002/")
        section = page.one("section", id="publishers")
        assert section.text.count("though the user is not marked") == times
