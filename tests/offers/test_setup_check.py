"""What about an offer needs a look: each rule alone, and the offer's page that shows them."""

import pytest

from apps.offers.setup_check import AdvertiserGap, check
from tests.offers.conftest import LIST
from tests.resources.forms.test_web_addresses import NO_ADDRESSES
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db
PAGE = f"{LIST}1001/"
PRICES = {"payout": 4, "payout_type": "CPA", "revenue": 6, "revenue_type": "RPA"}
OFFER = {
    "id": 1,
    "active": True,
    "advertiser_id": 101,
    "currency": "EUR",
    "default_payout": PRICES,
    "fallback_url": "https://example.com/closed",
}
GOOD_PAGE = {
    "id": 7,
    "name": "Spring",
    "active": True,
    "redirect_url": "https://example.com/?c={transaction_id}",
}
ADVERTISER = {"id": 101, "active": True}


def rules(offer=OFFER, pages=(GOOD_PAGE,), advertiser=ADVERTISER, **options):
    return [finding.rule for finding in check(offer, pages, advertiser, **options).findings]


def with_prices(**prices):
    return {**OFFER, "default_payout": {**PRICES, **prices}}


def test_a_well_made_offer_needs_no_look():
    result = check(OFFER, [GOOD_PAGE], ADVERTISER)
    assert (result.findings, result.not_judged, result.title) == ([], [], "No warnings")


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([], ["no-active-landing-page"]),
        ([{**GOOD_PAGE, "active": False}], ["no-active-landing-page"]),
        ([{**GOOD_PAGE, "active": False}, GOOD_PAGE], []),
        # Whether a page of an unknown state takes clicks is not known.
        ([{**GOOD_PAGE, "active": "sometimes"}], []),
        ([{**GOOD_PAGE, "redirect_url": "https://example.com/?c={click_id}"}], ["no-transaction-id"]),
        ([{**GOOD_PAGE, "redirect_url": ""}], ["no-transaction-id"]),
        ([{**GOOD_PAGE, "redirect_url": "http://example.com/{transaction_id}"}], ["not-https"]),
        ([{**GOOD_PAGE, "redirect_url": "HTTPS://example.com/{transaction_id}"}], []),
        ([{**GOOD_PAGE, "redirect_url": "javascript:alert(1)"}], ["no-transaction-id", "no-web-address"]),
        ([{**GOOD_PAGE, "redirect_url": "http://[broken"}], ["no-transaction-id", "no-web-address"]),
        ([{**GOOD_PAGE, "redirect_url": "javascript:'{transaction_id}'"}], ["no-web-address"]),
        ([{**GOOD_PAGE, "preview_url": "data:text/html,x"}], ["no-web-address"]),
        ([{**GOOD_PAGE, "active": "false", "preview_url": "data:text/html,x"}], ["no-active-landing-page"]),
        # Nobody is sent to an inactive page.
        ([GOOD_PAGE, {**GOOD_PAGE, "active": False, "redirect_url": "http://example.com/"}], []),
        ([{**GOOD_PAGE, "redirect_url": ["odd"]}], []),
    ],
)
def test_landing_pages(pages, expected):
    assert rules(pages=pages) == expected


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ({"payout": 7}, ["payout-above-revenue"]),
        ({"payout": 6}, []),
        # What the page shows as 7 is judged as 7.
        ({"payout": "7"}, ["payout-above-revenue"]),
        ({"payout": "7,0"}, []),
        ({"payout": True, "revenue": 0}, []),
        ({"revenue": None}, []),
        ({"revenue_type": "RPS"}, ["types-do-not-pair"]),
        ({"payout_type": "CPAxCPS", "revenue_type": "RPAxRPS"}, []),
        ({"payout_type": "CPS", "revenue_type": "RPS"}, []),
        ({"payout_type": "CPC", "revenue_type": "RPC"}, []),
        ({"payout_type": "CPM", "revenue_type": "RPC"}, ["types-do-not-pair"]),
        ({"payout_type": "PRV", "revenue_type": "RPS"}, []),
        ({"payout_type": "CPX"}, []),
        ({"payout_type": ["CPA"]}, []),
        ({"revenue_type": "RPX"}, []),
        (
            {"payout_type": "CPS", "revenue_type": "RPS", "payout_percent": 9, "revenue_percent": 8},
            ["payout-percent-above-revenue"],
        ),
        # A publisher's share of the revenue is no share of the sale.
        ({"payout_type": "PRV", "revenue_type": "RPS", "payout_percent": 80, "revenue_percent": 8}, []),
    ],
)
def test_payout_and_revenue(prices, expected):
    assert rules(with_prices(**prices)) == expected


@pytest.mark.parametrize("value", [None, "4.50", 7, [], {}])
def test_prices_of_another_type_are_not_judged(value):
    assert rules({**OFFER, "default_payout": value}) == []


def test_the_advertiser_must_be_active_where_the_offer_is():
    inactive = {**ADVERTISER, "active": False}
    assert rules(advertiser=inactive) == ["inactive-advertiser"]
    assert rules({**OFFER, "active": False}, advertiser=inactive) == []
    assert rules(advertiser={**ADVERTISER, "active": "perhaps"}) == []


@pytest.mark.parametrize("active", ["true", "TRUE", True])
def test_a_status_is_read_here_as_its_badge_reads_it(active):
    inactive = {**ADVERTISER, "active": "false"}
    assert rules({**OFFER, "active": active}, advertiser=inactive) == ["inactive-advertiser"]
    assert "? maybe" in check({**OFFER, "active": "maybe"}, [GOOD_PAGE], ADVERTISER).not_judged[0]


@pytest.mark.parametrize(
    ("gap", "rule"), [(AdvertiserGap.NONE, "no-advertiser"), (AdvertiserGap.GONE, "advertiser-gone")]
)
def test_an_offer_without_advertiser_is_not_one_whose_advertiser_was_not_read(gap, rule):
    result = check(OFFER, [GOOD_PAGE], gap)
    assert [finding.rule for finding in result.findings] == [rule]
    assert result.not_judged == []


@pytest.mark.parametrize("name", ["fallback_url", "impression_forwarding_url", "parallel_tracking_url"])
@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_a_url_must_be_a_web_address(name, url):
    assert rules({**OFFER, name: url}) == ["no-web-address"]
    assert rules({**OFFER, name: "https://example.com/?c={transaction_id}&s=[sub]"}) == []


def test_the_advertiser_must_be_reached():
    assert rules(advertiser={**ADVERTISER, "email": "nope"}) == ["no-email-address"]
    assert rules(advertiser={**ADVERTISER, "website": "javascript:1"}) == ["no-web-address"]
    assert rules(advertiser={**ADVERTISER, "email": "a@example.com", "website": None}) == []


@pytest.mark.parametrize("url", [None, "", "  "])
def test_a_fallback_url_must_be_there(url):
    assert rules({**OFFER, "fallback_url": url}) == ["no-fallback-url"]


def test_what_was_not_read_is_not_judged_and_that_is_said():
    result = check(OFFER, None, None)
    assert result.findings == []
    assert result.title == "Not everything could be checked"
    assert ["landing pages" in words or "advertiser" in words for words in result.not_judged] == [True, True]
    assert check({**OFFER, "active": False}, [GOOD_PAGE], None).not_judged == []


def test_inactive_pages_say_nothing_about_those_not_read():
    result = check(OFFER, [{**GOOD_PAGE, "active": False}], ADVERTISER, are_all_pages_read=False)
    assert result.findings == []
    assert result.not_judged == ["Only the first 1 landing pages were checked."]


# --- The page ---


@pytest.fixture
def pages(sandbox):
    """A function that replaces the landing pages of offer 1001."""
    place = ("org-main", "landing-pages", "int-eu/1001")
    store = sandbox.application.store

    def replace(*records):
        old = {str(record["id"]): None for record in store.records(place)}
        new = {str(record["id"]): record for record in records}
        with store.lock:
            store.write([(place, key, record) for key, record in {**old, **new}.items()])

    return replace


@pytest.fixture
def well_made(store, pages):
    store.change(1001, **{name: value for name, value in OFFER.items() if name != "id"})
    pages(GOOD_PAGE)


@pytest.fixture
def advertiser(sandbox):
    """A function that changes advertiser 101."""
    place, store = ("org-main", "advertisers", ""), sandbox.application.store

    def change(**values):
        with store.lock:
            store.write([(place, "101", {**store.get(place, "101"), **values})])

    change(active=True)
    return change


def test_each_finding_leads_to_where_it_is_mended(admin_client, well_made, store, pages, advertiser):
    store.change(1001, default_payout={**PRICES, "payout": 9}, fallback_url="")
    pages({**GOOD_PAGE, "redirect_url": "http://example.com/"})
    advertiser(active=False)
    page = visit(admin_client, PAGE)
    assert page.one("h2", id="setup-check").text == "5 warnings"
    labels = ("Edit the ", "Open the ")
    links = {
        a["aria-label"].partition(": ")[2]: a["href"]
        for a in page.all("a")
        if a["aria-label"].startswith(labels)
    }
    assert len(links) == 5
    assert links["The redirect URL of “Spring” does not carry {transaction_id}."] == (
        f"{PAGE}landing-pages/7/edit/#id_redirect_url"
    )
    assert (
        links["The redirect URL of “Spring” is not https."] == f"{PAGE}landing-pages/7/edit/#id_redirect_url"
    )
    assert links["The payout (9.00 EUR) is above the revenue (6.00 EUR)."] == (
        f"{PAGE}edit/#id_default_payout.payout"
    )
    assert links["It is active, but its advertiser is not."] == "/advertisers/101/"
    assert links["It has no fallback URL."] == f"{PAGE}edit/#id_fallback_url"
    for url in links.values():
        address, _, field = url.partition("#")
        target = visit(admin_client, address)
        assert not field or target.one("input", id=field)


def test_without_landing_pages_the_link_adds_one(admin_client, well_made, pages, advertiser):
    pages()
    page = visit(admin_client, PAGE)
    assert page.one("h2", id="setup-check").text == "1 warning"
    assert page.link("Add landing page: It has no landing page.") == f"{PAGE}landing-pages/new/"


def test_a_well_made_offer_says_so(admin_client, well_made, advertiser):
    page = visit(admin_client, PAGE)
    assert "Set-up checked: no warnings." in page.text
    assert page.all("h2", id="setup-check") == []


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("getAdvertiser", "The advertiser could not be read"),
        ("listOfferLandingPages", "The landing pages could not be read"),
    ],
)
def test_the_page_stands_when_a_part_cannot_be_read(
    admin_client, well_made, advertiser, sandbox, operation, words
):
    sandbox.faults({"kind": "status", "operation": operation, "status": 403, "times": None})
    page = visit(admin_client, PAGE)
    assert words in page.text
    assert page.one("h2", id="setup-check").text == "Not everything could be checked"


def test_the_advertiser_of_an_inactive_offer_is_shown_and_not_judged(admin_client, well_made, store, calls):
    store.change(1001, active=False)
    page = visit(admin_client, PAGE)
    assert "getAdvertiser" in calls()
    assert page.all("section", aria_labelledby="advertiser")
    assert "its advertiser is not" not in page.text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "It has no advertiser."),
        ("", "It has no advertiser."),
        ([], "It has no advertiser."),
        ({"a": 1}, "The advertiser could not be read"),
        (True, "The advertiser could not be read"),
        (999, "Its advertiser does not exist any more."),
        ("no such", "Its advertiser does not exist any more."),
    ],
)
def test_an_odd_advertiser_breaks_nothing_and_is_called_what_it_is(
    admin_client, well_made, store, value, words
):
    store.change(1001, advertiser_id=value)
    text = visit(admin_client, PAGE).text
    assert words in text
    assert ("could not be read" in text) == ("could not be read" in words)


def test_an_offer_without_the_field_has_no_advertiser(admin_client, well_made, store):
    offer = store[1001]
    del offer["advertiser_id"]
    store.put(1001, offer)
    text = visit(admin_client, PAGE).text
    assert "It has no advertiser." in text and "could not be read" not in text
