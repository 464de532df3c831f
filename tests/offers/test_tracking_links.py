"""Tracking links: what they are made of, for one publisher and for many."""

import csv
import io
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.offers.tracking_links import encoded, read_ids, tracking_link
from tests.offers.conftest import LIST
from tests.resources.pages import Page
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db
PAGE = f"{LIST}1001/links/"


def made(page):
    """The only link: in the read-only field of an offer's page, or the one of the page for many."""
    fields = page.all("textarea", id="made-link")
    return fields[0].text if fields else page.one("span", class_="mono made-link").text


def made_for(page):
    """Whom the page of links has on its list, by ids, in their order."""
    return [span.text for span in page.all("span", class_="mono muted") if span.text != "1001"]


def test_a_link_has_the_vendors_parameters_in_their_order():
    assert (
        tracking_link(
            "track.example.com", "42", "7", {"sub_id": "news", "external_transaction_id": "{click_id}"}
        )
        == "https://track.example.com/?offer=42&publisher=7&sub_id=news&external_transaction_id={click_id}"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{click_id}", "{click_id}"),
        ("{{campaign.id}}", "{{campaign.id}}"),
        ("a-{click_id}-b c", "a-{click_id}-b%20c"),
        ("a&publisher=9#x", "a%26publisher%3D9%23x"),
        ("[X]", "[X]"),
        ("##X##", "##X##"),
        ("%X%", "%X%"),
        ("%%X%%", "%%X%%"),
        ("$x$", "$x$"),
        ("${x}", "${x}"),
        ("[[X]] & %X%", "[[X]]%20%26%20%X%"),
        ("50% off, 20% more", "50%25%20off%2C%2020%25%20more"),
        ("%20x%20", "%2520x%2520"),
        ("$5 and $6 [1]", "%245%20and%20%246%20%5B1%5D"),
        ("{not a macro}", "%7Bnot%20a%20macro%7D"),
        ('{"><script>}', "%7B%22%3E%3Cscript%3E%7D"),
        ("größe 夏 🎉", "gr%C3%B6%C3%9Fe%20%E5%A4%8F%20%F0%9F%8E%89"),
    ],
)
def test_values_are_encoded_and_macros_are_not(value, expected):
    assert encoded(value) == expected


@given(
    st.dictionaries(
        st.sampled_from(["sub_id", "sub_id_2"]), st.text(min_size=1).filter(lambda t: t.isprintable())
    )
)
def test_whatever_a_value_holds_it_arrives_as_it_is(values):
    query = urlsplit(tracking_link("t.example.com", "1", "2", values)).query
    assert dict(parse_qsl(query, keep_blank_values=True)) == {"offer": "1", "publisher": "2", **values}


def test_ids_are_read_from_commas_lines_and_spaces_each_once():
    assert read_ids("7 8, 9\r\n#10;\t7\n\n8") == ["7", "8", "9", "10"]


# --- The page ---


@pytest.fixture
def offer(store):
    store.change(1001, active=True, visibility="Public", primary_domain="track.example.com")


def test_the_offers_page_leads_there_and_the_domain_is_filled_in(admin_client, offer, calls):
    page = visit(admin_client, visit(admin_client, f"{LIST}1001/").link("For many publishers"))
    assert page.fields()["domain"] == "track.example.com"
    assert page.all("textarea", id="made-link") == []
    assert "error-summary" not in [element["class"] for element in page.all("div")]
    assert [box["data-lookup"] for box in page.all("div", class_="lookup")] == ["/publishers/suggest/"]


def preview(client, **query):
    """What HTMX gets while the section of the offer's page is filled in."""
    headers = {"HX-Request": "true", "HX-Target": "link-preview"}
    answer = client.get(f"{LIST}1001/?{urlencode(query)}", headers=headers)
    assert answer.status_code == 200
    page = Page(answer)
    assert not page.all("html")
    return page


def section(page):
    return page.one("section", id="tracking-link")


SPELLED = "https://track.example.com/?offer=1001&publisher=5001&sub_id=news&sub_id_3=c&external_transaction_id={click_id}"
TYPED = {"publisher": "5001", "sub_id": "news", "sub_id_3": "c", "external_transaction_id": "{click_id}"}


def test_the_offers_page_makes_a_link_from_its_address(admin_client, offer):
    page = visit(admin_client, f"{LIST}1001/?{urlencode(TYPED)}")
    assert made(page) == SPELLED
    assert SPELLED in [button["data-copy"] for button in page.all("button")]
    assert TYPED.items() <= page.fields().items()
    [form] = [form for form in section(page).inner if form.tag == "form"]
    assert (form["method"], form["action"]) == ("get", f"{LIST}1001/#tracking-link")
    assert [button.text for button in form.inner if button.tag == "button"] == ["Create links"]
    assert "open" in next(part for part in form.inner if part.tag == "details").attributes
    assert visit(admin_client, f"{LIST}1001/").all("textarea", id="made-link") == []


def test_the_live_preview_is_the_same_link_and_reads_no_offer(admin_client, offer, calls):
    visit(admin_client, "/publishers/suggest/?q=5001", fragment=True)
    calls()
    page = preview(admin_client, **TYPED, domain="track.example.com")
    assert made(page) == SPELLED
    assert set(calls()) <= {"listPublishers"}
    preview(admin_client, **TYPED, domain="other.example.com")
    assert calls() == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose a publisher, and its link stands here."),
        ({"publisher": "Nobody at all"}, "No publisher has the name or ID “Nobody at all”."),
        (
            {"publisher": "5001", "domain": "no domain"},
            "Enter a domain alone, for example track.example.com.",
        ),
    ],
)
def test_what_the_link_still_waits_for_is_said_and_nothing_is_an_error_page(
    admin_client, offer, typed, words
):
    page = preview(admin_client, **{"domain": "track.example.com", **typed})
    assert page.all("textarea", id="made-link") == []
    assert words in page.text
    assert words in section(visit(admin_client, f"{LIST}1001/?{urlencode(typed)}")).text


def test_an_id_without_a_name_makes_a_link_that_says_so(admin_client, offer):
    page = preview(admin_client, publisher="99999", domain="track.example.com")
    assert made(page).endswith("publisher=99999")
    assert "No name was found for this publisher: check the ID." in page.text


@pytest.mark.parametrize("filled", [{"sub_id": "a"}, TYPED])
def test_what_was_filled_in_goes_along_to_the_page_for_many(admin_client, offer, filled):
    many = visit(
        admin_client, preview(admin_client, **filled, domain="track.example.com").link("For many publishers")
    )
    listed = {"publisher": "", "publishers": "5001"} if "publisher" in filled else {}
    assert {**filled, **listed}.items() <= many.fields().items()
    assert made_for(many) == (["5001"] if listed else [])


def test_a_publisher_found_by_the_look_up_joins_the_list(admin_client, offer):
    query = {"publisher": "5002", "publishers": "5001", "sub_id": "a", "add": "1"}
    answer = admin_client.get(f"{PAGE}?{urlencode(query)}")
    assert answer.status_code == 302
    page = visit(admin_client, answer["Location"])
    fields = page.fields()
    assert (fields["publisher"], fields["publishers"], fields["sub_id"]) == ("", "5001, 5002", "a")
    assert made_for(page) == ["5001", "5002"]


def test_a_name_that_was_not_looked_up_is_not_added(admin_client, offer):
    page = visit(admin_client, f"{PAGE}?publisher=Blue+Door&publishers=5001&add=1", status=422)
    assert "publishers have “Blue Door” in the name. Choose the one you mean" in page.text
    assert (page.fields()["publisher"], page.fields()["publishers"]) == ("Blue Door", "5001")


@pytest.mark.parametrize(
    ("values", "words"),
    [({"active": False}, "This offer is not active"), ({"visibility": "Private"}, "is private")],
)
def test_the_section_warns_about_the_offer(admin_client, offer, store, values, words):
    assert words not in section(visit(admin_client, f"{LIST}1001/")).text
    store.change(1001, **values)
    assert words in section(visit(admin_client, f"{LIST}1001/")).text


def test_a_landing_page_beyond_those_that_were_read_is_no_error(admin_client, offer, sandbox):
    store, place = sandbox.application.store, ("org-main", "landing-pages", "int-eu/1001")
    with store.lock:
        for key in range(8000, 8101):
            store.write([(place, str(key), {"id": key, "name": f"Page {key}", "active": True})])
    for page in (f"{PAGE}?publisher=5001&landing_page=8100", f"{LIST}1001/?publisher=5001&landing_page=8100"):
        assert made(visit(admin_client, page)).endswith("&lp=8100")


def test_the_address_makes_the_link(admin_client, offer):
    query = {
        "publisher": "5001",
        "sub_id": "news",
        "sub_id_6": "six",
        "external_transaction_id": "{click_id}",
    }
    page = visit(admin_client, f"{PAGE}?{urlencode(query)}")
    link = (
        "https://track.example.com/?offer=1001&publisher=5001&sub_id=news&sub_id_6=six"
        "&external_transaction_id={click_id}"
    )
    assert made(page) == link
    assert link in [button["data-copy"] for button in page.all("button")]
    assert query.items() <= page.fields().items()
    assert not [element for element in page.all("div") if element["class"] == "notice warn"]


@pytest.mark.parametrize("domain", ["https://go.example.com/", "http://go.example.com", " go.example.com "])
def test_a_pasted_address_becomes_its_domain(admin_client, offer, domain):
    page = visit(admin_client, f"{PAGE}?{urlencode({'publisher': 5001, 'domain': domain})}")
    assert made(page).startswith("https://go.example.com/?offer=1001&")


@pytest.mark.parametrize(
    "domain",
    ["", "localhost", "a b.example", "javascript:alert(1)", "x.example/?a=", "u@x.example", "-x.example"],
)
def test_what_is_no_domain_makes_no_link_and_stays(admin_client, offer, domain):
    query = urlencode({"publisher": 5001, "domain": domain, "sub_id": "kept"})
    page = visit(admin_client, f"{PAGE}?{query}", status=422)
    assert page.all("textarea", id="made-link") == []
    assert page.one("input", name="domain")["aria-invalid"] == "true"
    assert (page.fields()["domain"], page.fields()["sub_id"]) == (domain, "kept")


def test_a_landing_page_of_the_offer_may_be_chosen(admin_client, offer, sandbox):
    store = sandbox.application.store
    place = ("org-main", "landing-pages", "int-eu/1001")
    with store.lock:
        store.write([(place, "7", {"id": 7, "name": "Spring", "active": False})])
    page = visit(admin_client, f"{PAGE}?publisher=5001&landing_page=7")
    assert made(page).endswith("&publisher=5001&lp=7")
    assert "The chosen landing page is not active." in page.text
    page = visit(admin_client, f"{PAGE}?publisher=5001&landing_page=8", status=422)
    assert "This offer has no landing page 8." in page.text
    assert page.fields()["landing_page"] == "8"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"active": False}, "This offer is not active"),
        ({"visibility": "Private"}, "This offer is private"),
        ({"visibility": "Requires_Approval"}, "This offer requires approval"),
        ({"visibility": "Invite_Only"}, "visibility is ? Invite_Only, which is not public"),
    ],
)
def test_what_may_keep_a_link_from_working_is_a_warning(admin_client, offer, store, values, words):
    store.change(1001, **values)
    page = visit(admin_client, f"{PAGE}?publisher=5001")
    assert words in page.text
    assert made(page)


def test_many_publishers_are_a_table_and_a_file(admin_client, offer, sandbox):
    store, place = sandbox.application.store, ("org-main", "publishers", "")
    with store.lock:
        store.write([(place, "5002", {**store.get(place, "5002"), "name": "=HYPERLINK(1) größe"})])
    page = visit(
        admin_client, f"{PAGE}?{urlencode({'publishers': '5001, 5002' + chr(10) + '5003', 'sub_id': 'a'})}"
    )
    assert made_for(page) == ["5001", "5002", "5003"]
    copied = next(button["data-copy"] for button in page.all("button", data_command="copy_links"))
    lines = [line.split("\t") for line in copied.splitlines()]
    assert [len(line) for line in lines] == [2, 2, 2]
    assert lines[1] == [
        "'=HYPERLINK(1) größe",
        "https://track.example.com/?offer=1001&publisher=5002&sub_id=a",
    ]
    response = admin_client.get(page.link("CSV"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="tracking-links-offer-1001.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["publisher_id"] for row in rows] == ["5001", "5002", "5003"]
    assert rows[1]["publisher"] == "'=HYPERLINK(1) größe"
    assert rows[1]["link"] == "https://track.example.com/?offer=1001&publisher=5002&sub_id=a"


def test_unknown_ids_are_named_and_the_others_get_their_links(admin_client, offer):
    typed = "5001, 99999, abc, 5002"
    page = visit(admin_client, f"{PAGE}?{urlencode({'publishers': typed})}", status=422)
    assert "No publisher has the ID 99999, abc: no link was made for it." in page.text
    assert page.fields()["publishers"] == typed
    assert made_for(page) == ["5001", "99999", "abc", "5002"]
    assert len(page.all("span", class_="mono made-link")) == 2
    assert page.text.count("No publisher has this ID.") == 2
    response = admin_client.get(page.link("CSV"))
    assert response.content.decode().count("https://") == 2


@pytest.mark.parametrize("odd", ["abc", "9" * 30, "5\u200d001", "a@" + "." * 50])
def test_one_odd_entry_changes_nothing_for_the_others(admin_client, offer, odd):
    typed = f"5001, {odd}, ５００２; 5001\n50\u200d03 98765"
    page = visit(admin_client, f"{PAGE}?{urlencode({'publishers': typed})}", status=422)
    made_links = [span.text.rpartition("=")[2] for span in page.all("span", class_="mono made-link")]
    assert made_links == ["5001", "5002", "5003"]
    assert "98765: no link was made for it" in page.text
    # Once in the summary, once at the field.
    assert page.text.count("no link was made for it") == 2


def test_a_name_that_was_not_looked_up_is_named_whole(admin_client, offer):
    page = visit(admin_client, f"{PAGE}?publisher=Blue+Door", status=422)
    assert "publishers have “Blue Door” in the name. Choose the one you mean" in page.text
    assert page.one("input", name="publisher")["aria-invalid"] == "true"
    assert page.fields()["publisher"] == "Blue Door"


def test_names_come_with_one_call_for_a_hundred(admin_client, offer, calls):
    calls()
    ids = ",".join(str(5001 + number) for number in range(150))
    assert len(made_for(visit(admin_client, f"{PAGE}?publishers={ids}"))) == 150
    assert calls() == ["getOffer", "listOfferLandingPages", "listPublishers", "listPublishers"]


def test_more_than_fit_an_address_are_refused_and_stay(admin_client, offer):
    typed = ",".join(str(number) for number in range(501))
    page = visit(admin_client, PAGE, status=200)
    page = visit(admin_client, f"{PAGE}?publishers={typed}", status=422)
    assert "These are 501 publishers; 500 at once is the most." in page.text
    assert page.fields()["publishers"] == typed


def test_a_question_without_a_publisher_says_so(admin_client, offer):
    page = visit(admin_client, f"{PAGE}?sub_id=a", status=422)
    assert "Choose a publisher, or list several." in page.text


@pytest.mark.parametrize("rule", [{"status": 403}, {"status": 500}])
def test_publishers_that_cannot_be_looked_up_get_links_unchecked(admin_client, offer, sandbox, rule):
    sandbox.faults({"kind": "status", "operation": "listPublishers", "times": None, **rule})
    page = visit(admin_client, f"{PAGE}?publisher=5001")
    assert "their IDs were not checked" in page.text
    assert made(page).endswith("publisher=5001")


def test_landing_pages_that_cannot_be_read_lose_no_choice(admin_client, offer, sandbox):
    sandbox.faults({"kind": "status", "operation": "listOfferLandingPages", "times": None, "status": 403})
    page = visit(admin_client, f"{PAGE}?publisher=5001&landing_page=7")
    assert "The landing pages could not be read" in page.text
    assert made(page).endswith("lp=7")


def test_an_offer_that_is_gone_says_so(admin_client):
    visit(admin_client, f"{LIST}999999/links/", status=404)


# --- The links alone, while publishers are chosen ---


def beside(client, **query):
    """What HTMX gets to stand beside the form."""
    headers = {"HX-Request": "true", "HX-Target": "links"}
    answer = client.get(f"{PAGE}?{urlencode({'domain': 'track.example.com', **query})}", headers=headers)
    assert answer.status_code == 200
    page = Page(answer)
    assert not page.all("html")
    assert "error-summary" not in [element["class"] for element in page.all("div")]
    return page


def test_the_links_come_alone_with_one_call_and_the_address_that_has_them(admin_client, offer, calls):
    calls()
    page = beside(admin_client, publishers="5001, 5002, 5003", publisher="", sub_id="news", sub_id_2="")
    assert calls() == ["listPublishers"]
    assert made_for(page) == ["5001", "5002", "5003"]
    address = page.response["HX-Replace-Url"]
    assert address == f"{PAGE}?domain=track.example.com&publishers=5001%2C+5002%2C+5003&sub_id=news"
    again = visit(admin_client, address)
    assert [span.text for span in again.all("span", class_="mono made-link")] == [
        span.text for span in page.all("span", class_="mono made-link")
    ]


def test_one_that_fails_says_so_in_its_place_and_leaves_the_others(admin_client, offer):
    page = beside(admin_client, publishers="5001, 99999, 5002")
    rows = [item.text for item in page.one("ul", class_="made-links").inner if item.tag == "li"]
    assert ["No publisher has this ID." in row for row in rows] == [False, True, False]
    assert ["publisher=5001" in rows[0], "publisher=5002" in rows[2]] == [True, True]
    left = visit(admin_client, page.link("Remove 99999"))
    assert made_for(left) == ["5001", "5002"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"publishers": "5001", "domain": "no domain"}, "Domain: Enter a domain alone"),
        ({"publishers": ",".join(map(str, range(501)))}, "These are 501 publishers"),
        ({"publisher": "Blue Door"}, "Choose the one you mean"),
        ({}, "Choose publishers, and their links stand here."),
    ],
)
def test_what_the_links_wait_for_is_said_beside_the_form(admin_client, offer, query, words):
    page = beside(admin_client, **query)
    assert words in page.text
    assert page.all("span", class_="mono made-link") == []


def test_a_whole_name_is_found_for_the_list(admin_client, offer, sandbox):
    store, place = sandbox.application.store, ("org-main", "publishers", "")
    with store.lock:
        store.write([(place, "5002", {**store.get(place, "5002"), "name": "Only One Called So"})])
    page = beside(admin_client, publisher="only one called so", publishers="5001")
    assert set(made_for(page)) == {"5001", "5002"}
    assert page.one("div", data_found="5002")


def test_publishers_that_cannot_be_read_get_links_all_the_same(admin_client, offer, sandbox):
    sandbox.faults({"kind": "status", "operation": "listPublishers", "times": None, "status": 500})
    page = beside(admin_client, publishers="5001, 5002")
    assert made_for(page) == ["5001", "5002"]
    assert "their IDs were not checked" in page.text
