"""Every page of the product in every state that looks different: how a person gets there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from playwright.sync_api import Page, expect

from apps.resources import registry
from tests.browser.site import ADMIN, CONVERSIONS, MANAGER, NEWCOMERS, OFFERS, Person, Site
from tests.browser.steps import (
    ask_for_export,
    error_summary,
    make_schedule,
    open_invitation,
    open_offers,
    wait_for_download,
    was_told,
)
from tests.resources.every.places import PLACE

_OCTOBER = "/exports/new/?start_time=2026-10-01T00:00:00&end_time=2026-10-01T11:59:59"
Reach = Callable[[Page, Site], object]


@dataclass(frozen=True)
class State:
    """A page in one state; `statuses` are the error answers on the way to it."""

    name: str
    reach: Reach
    person: Person | None = ADMIN
    statuses: frozenset[int] = frozenset()


def _open(path: str) -> Reach:
    return lambda page, site: page.goto(path)


def _failing(status: int, query: str = "") -> Reach:
    # So long a wait pauses no other call, and no page asks again by itself meanwhile.
    headers = {"Retry-After": "301"} if status == 429 else {}

    def reach(page: Page, site: Site) -> None:
        rule = {"kind": "status", "operation": "listOffers", "times": None}
        site.faults({**rule, "status": status, "headers": headers})
        page.goto(OFFERS + query)
        expect(error_summary(page)).to_be_visible()

    return reach


def _empty(page: Page, site: Site) -> None:
    body = {"data": [], "total_count": 0, "total_page": 0}
    site.faults({"kind": "status", "operation": "listOffers", "times": None, "status": 200, "body": body})
    page.goto(OFFERS)
    expect(page.get_by_role("heading", name="No offers yet")).to_be_visible()


def _menu(name: str) -> Reach:
    def reach(page: Page, site: Site) -> None:
        open_offers(page, "?page[size]=25")
        page.locator("summary", has_text=name).click()

    return reach


def _proof_refused(page: Page, site: Site) -> None:
    page.goto("/account/confirm/?next=/connections/")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Confirm").click()
    expect(error_summary(page)).to_be_visible()


def _columns_dialog(page: Page, site: Site) -> None:
    open_offers(page, "?page[size]=25")
    page.get_by_role("link", name="Columns").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Show", exact=True)).to_be_visible()


def _people(page: Page, site: Site) -> None:
    page.goto("/people/invite/")
    page.get_by_label("Email").fill(f"somebody.with.a.rather.long.address{uuid4().hex[:6]}@mail.example.com")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("is mailed a link")).to_be_visible()


def _person(page: Page, site: Site) -> None:
    page.goto("/people/?q=mia")
    page.get_by_role("link", name="Mia Manager").click()
    expect(page.get_by_role("heading", name="Mia Manager")).to_be_visible()


def _to_deactivate(page: Page, site: Site) -> None:
    _person(page, site)
    page.get_by_role("link", name="Deactivate…").click()
    expect(page.get_by_role("heading", name="Deactivate Mia Manager?")).to_be_visible()


def _invite_known(page: Page, site: Site) -> None:
    page.goto("/people/invite/")
    page.get_by_label("Email").fill(MANAGER.email)
    page.get_by_role("button", name="Invite").click()
    expect(error_summary(page)).to_be_focused()


def _invitation(page: Page, site: Site) -> None:
    email = f"state{uuid4().hex[:6]}@example.com"
    site.manage("people", "invite", email, "viewer")
    open_invitation(page, email)


def _navigation(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/preferences/")
    page.get_by_role("button", name="Menu").click()


def _start(page: Page, site: Site) -> None:
    page.goto("/")
    expect(page.locator(".start-panel[aria-busy]")).to_have_count(0)


def _shortcuts(page: Page, site: Site) -> None:
    page.goto("/integrations/int-eu/offers/1001/")
    button = page.get_by_role("button", name="Star")
    expect(button).to_be_visible()
    if button.get_attribute("aria-pressed") == "false":
        button.click()
    expect(page.locator("#star-button[aria-pressed=true]")).to_be_visible()
    page.goto("/start/shortcuts/")
    expect(page.get_by_role("heading", name="Recent", exact=True)).to_be_visible()


def _start_failed(page: Page, site: Site) -> None:
    rule = {"kind": "status", "operation": "conversionReport", "times": None}
    site.faults({**rule, "status": 403})
    page.goto("/start/conversions/?now=1")
    _start(page, site)


def _notifications(page: Page, site: Site) -> None:
    _finished_export(page, site)
    page.goto("/notifications/")
    expect(page.get_by_role("main").get_by_text("is ready").first).to_be_visible()


def _bell(page: Page, site: Site) -> None:
    _finished_export(page, site)
    page.locator("#bell > summary").click()
    expect(page.locator("#bell-panel").get_by_text("is ready").first).to_be_visible()


def _selected(page: Page, site: Site) -> None:
    open_offers(page, "?page[size]=25")
    for row in (1, 2, 5):
        page.get_by_role("checkbox").nth(row).check()


def _row_menu(page: Page, site: Site) -> None:
    open_offers(page, "?page[size]=25")
    page.get_by_role("button", name="Actions for").nth(2).click()
    expect(page.get_by_role("link", name="Payout…")).to_be_focused()


def _row_field(page: Page, site: Site) -> None:
    _row_menu(page, site)
    page.get_by_role("link", name="Payout…").click()
    amount = page.get_by_role("textbox", name="Payout of")
    amount.fill("much")
    amount.press("Enter")
    expect(page.get_by_text("Enter a number.")).to_be_visible()


def _row_field_conflict(page: Page, site: Site) -> None:
    _row_menu(page, site)
    page.get_by_role("link", name="Payout…").click()
    amount = page.get_by_role("textbox", name="Payout of")
    expect(amount).to_be_focused()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Actions for").nth(2).click()
    other.get_by_role("link", name="Payout…").click()
    theirs = other.get_by_role("textbox", name="Payout of")
    expect(theirs).to_be_focused()
    theirs.fill(str(Decimal(theirs.input_value() or "1") + 1))
    theirs.press("Enter")
    expect(other.locator("#toast")).to_contain_text("→")
    other.close()
    amount.fill("98.76")
    amount.press("Enter")
    expect(page.get_by_role("button", name="Use 98.76")).to_be_visible()


def _value_in_place(page: Page, site: Site) -> None:
    page.goto(f"{OFFERS}1001/")
    page.get_by_role("link", name="Edit visibility").click()
    expect(page.get_by_role("combobox", name="Visibility of")).to_be_focused()
    page.get_by_role("link", name="Edit payout", exact=True).click()
    amount = page.get_by_role("textbox", name="Payout of")
    expect(amount).to_be_focused()
    amount.fill("much")
    amount.press("Enter")
    expect(page.get_by_text("Enter a number.")).to_be_visible()


def _row_field_alone(page: Page, site: Site) -> None:
    page.goto(f"{OFFERS}1001/field/?name=default_payout.payout")
    expect(page.get_by_role("heading", level=1)).to_have_text("Payout of offer 1001")


def _bulk(page: Page, site: Site) -> None:
    open_offers(page, "?filter[active]=true&page[size]=25")
    for row in (1, 2, 5):
        page.get_by_role("checkbox").nth(row).check()
    page.get_by_role("button", name="Deactivate…").click()
    expect(page.get_by_role("heading", name="3 offers will change")).to_be_visible()


def _bulk_archive(page: Page, site: Site) -> None:
    _selected(page, site)
    page.get_by_role("button", name="Archive…").click()
    page.get_by_label("Type 3 to confirm").fill("2")
    page.get_by_role("button", name="Archive 3 offers").click()
    expect(page.get_by_text("Nothing was archived.")).to_be_visible()


def _bulk_edit(page: Page, site: Site) -> None:
    _selected(page, site)
    page.get_by_role("button", name="Edit fields").click()
    page.evaluate("document.querySelectorAll('details.form-fold').forEach((fold) => { fold.open = true; })")
    page.get_by_label("Payout", exact=True).select_option("add_percent")
    page.get_by_label("Revenue", exact=True).select_option("set")
    page.get_by_label("Advertiser", exact=True).select_option("set")
    page.get_by_label("Description", exact=True).select_option("replace")
    page.get_by_role("button", name="Review the plan").click()
    expect(error_summary(page)).to_be_focused()


def _bulk_page(page: Page, site: Site) -> None:
    _bulk(page, site)
    page.get_by_role("link", name="Leave some out").click()
    expect(page.get_by_role("table", name="Records of the run")).to_be_visible()


def _bulk_done(page: Page, site: Site) -> None:
    _bulk(page, site)
    page.get_by_role("button", name="Deactivate 3 offers").click()
    was_told(page, "3 offers were deactivated")


def _bulk_result(page: Page, site: Site) -> None:
    _bulk_done(page, site)
    page.get_by_role("link", name="See the run").click()
    expect(page.get_by_role("main")).to_contain_text("Done: 3")


def _bulk_failed(page: Page, site: Site) -> None:
    _bulk(page, site)
    site.faults({"kind": "status", "operation": "bulkUpdateOffersStatus", "times": None, "status": 422})
    page.get_by_role("button", name="Deactivate 3 offers").click()
    expect(page.get_by_role("main")).to_contain_text("Failed: 3")


def _bulk_of_nothing(page: Page, site: Site) -> None:
    open_offers(page, "?page[size]=25")
    page.locator("button[name=action][form=bulk]").first.evaluate(
        "button => button.form.requestSubmit(button)"
    )
    expect(page.get_by_role("heading", name="Nothing was changed")).to_be_visible()


def _form_with_errors(page: Page, site: Site) -> None:
    page.goto(f"{OFFERS}new/")
    page.get_by_role("button", name="Save").click()
    expect(error_summary(page)).to_be_focused()


def _conflict(page: Page, site: Site) -> None:
    page.goto(f"{OFFERS}1005/edit/")
    other = page.context.new_page()
    other.goto(f"{OFFERS}1005/edit/")
    for name in ("description", "restriction_note"):
        # One of them stands in a folded section.
        other.locator(f"[name={name}]").evaluate("field => { field.value += ' They changed it.'; }")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("was saved")).to_be_visible()
    other.close()
    page.locator("[name=description]").fill("Typed meanwhile.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="Changed by somebody else")).to_be_visible()


def _form_unfolded(page: Page, site: Site) -> None:
    page.goto(f"{OFFERS}1001/edit/")
    page.locator("details.form-fold > summary").click()


def _in_place(page: Page, site: Site) -> None:
    page.goto(f"{OFFERS}1002/")
    page.get_by_role("table", name="Events").get_by_role("link", name="Edit ").first.click()
    panel = page.locator("#offer_events-panel")
    panel.get_by_label("Name").fill("")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("alert")).to_be_focused()
    page.get_by_role("table", name="Landing pages").get_by_role("button").first.click()


def _looking_up(page: Page, site: Site) -> None:
    page.goto(f"{OFFERS}new/")
    page.get_by_label("Advertiser").fill("me")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()


def _lost_creation(page: Page, site: Site) -> None:
    site.faults({"kind": "reset_after_effect", "operation": "createOffer", "times": 1})
    page.goto(f"{OFFERS}new/")
    page.get_by_label("Name", exact=False).first.fill("Lost on the way")
    page.get_by_label("Advertiser").fill("101")
    page.get_by_role("button", name="Save").click()
    expect(error_summary(page)).to_contain_text("not known whether the offer was created")


def _sign_in_error(page: Page, site: Site) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(error_summary(page)).to_be_visible()


def _reset_done(page: Page, site: Site) -> None:
    page.goto("/account/password/reset/")
    page.get_by_label("Email").fill("somebody@example.com")
    page.get_by_role("button", name="Send the link").click()
    page.wait_for_url("**/password/reset/done/")


def _refused_key(page: Page, site: Site) -> None:
    page.goto("/connections/")
    page.get_by_role("link", name="Connect", exact=True).click()
    page.get_by_label("Key").last.fill("sandbox-revoked-key-91e2a7d4b0")
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_role("heading", name="Stored key")).to_be_visible()
    page.goto("/connections/")
    expect(page.get_by_role("table", name="Connections")).to_be_visible()


def _new_export_with_errors(page: Page, site: Site) -> None:
    page.goto("/exports/new/")
    page.get_by_label("Start").fill("2099-01-01T00:00:00")
    page.get_by_label("Time zone").fill("Nowhere")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(error_summary(page)).to_be_focused()


def _running_export(page: Page, site: Site) -> None:
    site.settings(export_running_seconds=600)
    ask_for_export(page)


def _finished_export(page: Page, site: Site) -> None:
    ask_for_export(page)
    wait_for_download(page)


def _failed_export(page: Page, site: Site) -> None:
    ask_for_export(page, "sandbox_fail")
    expect(page.locator("#progress:not([hx-get])")).to_be_visible()


def _exports(page: Page, site: Site) -> None:
    _finished_export(page, site)
    page.goto("/exports/")
    expect(page.get_by_role("table", name="Exports")).to_be_visible()


def _schedule(page: Page, site: Site) -> None:
    make_schedule(page)
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_role("table", name="Runs").get_by_role("link", name="Ready")).to_be_visible()


def _paused_schedule(page: Page, site: Site) -> None:
    make_schedule(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def _schedules(page: Page, site: Site) -> None:
    _paused_schedule(page, site)
    _schedule(page, site)
    page.goto("/exports/schedules/")
    expect(page.get_by_role("table", name="Schedules")).to_be_visible()


def _new_schedule_with_errors(page: Page, site: Site) -> None:
    page.goto("/exports/schedules/new/")
    page.get_by_label("Every week").check()
    page.get_by_label("Also tell").fill("nobody")
    page.get_by_role("button", name="Save schedule").click()
    expect(error_summary(page)).to_be_focused()


def _new_schedule_spelled_out(page: Page, site: Site) -> None:
    page.goto("/exports/schedules/new/")
    page.get_by_label("Every month").check()
    page.get_by_label("Day of the month").select_option("31")
    page.locator("[name=at]").fill("07:30")
    page.locator("[name=at]").blur()
    expect(page.get_by_role("region", name="What it does").get_by_role("listitem")).to_have_count(3)


def _schedule_delete(page: Page, site: Site) -> None:
    make_schedule(page)
    page.get_by_role("link", name="Delete…").click()
    page.wait_for_url("**/delete/")
    expect(page.get_by_role("heading", name="Delete this schedule?")).to_be_visible()


def _exports_without_the_api(page: Page, site: Site) -> None:
    site.faults({"kind": "status", "operation": "listExports", "times": None, "status": 503})
    page.goto("/exports/")
    expect(page.get_by_role("main")).to_contain_text("only the exports you requested here are shown")


def _remote_export(page: Page, site: Site) -> None:
    page.goto(_first_export(page))
    expect(page.get_by_role("heading", name="State")).to_be_visible()


def _export_to_delete(page: Page, site: Site) -> None:
    page.goto(f"{_first_export(page)}delete/")
    expect(page.get_by_role("button", name="Delete")).to_be_visible()


def _export_that_exists(page: Page, site: Site) -> None:
    page.goto(_OCTOBER)
    page.get_by_role("button", name="Export", exact=True).click()
    anyway = page.get_by_role("button", name="Request a new one anyway")
    expect(anyway.or_(page.get_by_role("heading", name="Progress"))).to_be_visible()
    if anyway.count() == 0:
        wait_for_download(page)
        page.goto(_OCTOBER)
        page.get_by_role("button", name="Export", exact=True).click()
    expect(anyway).to_be_visible()


def _export_in_parts(page: Page, site: Site) -> None:
    page.goto("/exports/new/?start_time=2026-10-01&end_time=2026-10-09T23:59:59&report=clicks&split=week")
    page.get_by_role("button", name="Estimate rows").click()
    expect(page.locator("#estimate")).not_to_be_empty()
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("Request . exports"))).to_be_visible()


def _export_in_parts_that_exist(page: Page, site: Site) -> None:
    _export_that_exists(page, site)
    page.goto(_OCTOBER.replace("11:59:59", "23:59:59") + "&split=halves")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("button", name="Request the 1 that is missing")).to_be_focused()
    expect(page.get_by_role("link", name="exists")).to_be_visible()


def _export_too_large(page: Page, site: Site) -> None:
    """A hundred clicks within six seconds, whenever one looks."""
    clicks = [{"date_time": f"2026-10-01 12:00:0{number % 7}"} for number in range(100)]
    body = {"data": {"data": clicks, "pageInfo": {"hasNextPage": True}}}
    site.faults({"kind": "status", "operation": "clickReport", "times": None, "status": 200, "body": body})
    page.goto("/exports/new/?start_time=2026-10-01&end_time=2026-10-09T23:59:59&report=clicks")
    page.get_by_role("button", name="Estimate rows").click()
    expect(page.locator("#estimate")).to_contain_text("more than the 2,000,000 that a file holds")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("button", name="Request anyway")).to_be_visible()
    expect(page.get_by_role("button", name="A file a day: 9 exports")).to_be_focused()


def _export_filters(page: Page, site: Site) -> None:
    page.goto("/exports/?filter[status]=ERROR")
    page.locator("summary", has_text="Filter").click()


def _exports_cut_and_expired(page: Page, site: Site) -> None:
    done = {
        "type": "click_logs",
        "status": "COMPLETED",
        "integration": "int-eu",
        "artifact": {"name": "a.csv"},
    }
    made_now = {"created_at": datetime.now(UTC).isoformat(), "results_meta": {"total": 2_000_000}}
    records = [
        {**done, **made_now, "id": "exp-cut"},
        {**done, "id": "exp-old", "created_at": "2020-01-01T00:00:00Z"},
    ]
    rule = {"kind": "status", "operation": "listExports", "times": None, "status": 200}
    site.faults({**rule, "body": {"data": records, "total_count": 2, "total_page": 1}})
    page.goto("/exports/")
    expect(page.get_by_text("Probably cut at 2,000,000 rows")).to_be_visible()
    expect(page.get_by_text("Expired", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Download")).to_have_count(1)


def _mail(page: Page, site: Site) -> None:
    _reset_done(page, site)
    page.goto("/mailbox/")
    page.get_by_role("table", name="Mailbox").get_by_role("link").first.click()
    expect(page.get_by_role("link", name="All mail")).to_be_visible()


def share_page(page: Page) -> str:
    """The page of the links to an export that the sandbox begins with."""
    return f"{_first_export(page)}share/"


def inside_page(page: Page, number: int = 2) -> str:
    """The page of what is inside an export that the sandbox begins with."""
    return f"{_first_export(page, number)}inside/"


def _inside(query: str, words: str) -> Reach:
    def reach(page: Page, site: Site) -> None:
        address = inside_page(page)
        page.goto(address)
        expect(page.get_by_role("link", name="Per day")).to_be_visible()
        page.goto(address + query)
        expect(page.get_by_text(words, exact=True).first).to_be_visible()

    return reach


def _inside_file(page: Page, site: Site) -> None:
    _inside("", "Per day")(page, site)
    page.get_by_text("About the file").click()
    page.locator("summary", has_text="These rows").click()


def _inside_failed(page: Page, site: Site) -> None:
    site.faults({"kind": "status", "operation": "downloadFile", "times": None, "status": 404})
    page.goto(inside_page(page, 4))
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def _first_export(page: Page, number: int = 1) -> str:
    page.goto("/connections/services/")
    service = (
        page.get_by_role("row").filter(has_text="Sandbox").get_by_role("link").first.get_attribute("href")
    )
    assert service
    return f"/exports/api/{service.split('/')[3]}/exp-{number:06}/"


def _share(page: Page, site: Site) -> None:
    page.goto(share_page(page))


def _shared(page: Page, site: Site) -> None:
    _share(page, site)
    page.get_by_role("button", name="Create a link").click()
    expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()


def _share_rows(page: Page, site: Site) -> None:
    _inside("", "Per day")(page, site)
    page.locator("summary", has_text="These rows").click()
    page.get_by_role("link", name="Share these rows").click()
    expect(page.get_by_role("heading", name="What they will see")).to_be_visible()


def _shared_rows(page: Page, site: Site) -> None:
    _share_rows(page, site)
    page.get_by_role("button", name="Create a link").click()
    expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()


def _guest(page: Page, site: Site) -> None:
    _shared(page, site)
    page.goto(page.get_by_role("button", name="Copy the link").get_attribute("data-copy") or "")


def _openings(page: Page, site: Site) -> None:
    _guest(page, site)
    page.goto("/exports/shared/")
    page.get_by_role("link", name="Openings of the link").first.click()
    page.wait_for_url("**/exports/shared/*/")


def _report_row(page: Page, site: Site) -> None:
    page.goto(f"{CONVERSIONS}?filter[status]=Rejected")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_text("Raw JSON", exact=True).click()


def _report_columns(page: Page, site: Site) -> None:
    page.goto(f"{CONVERSIONS}?page[size]=25")
    page.get_by_role("link", name="Columns").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Show", exact=True)).to_be_visible()


def _report_views(page: Page, site: Site) -> None:
    page.goto(f"{CONVERSIONS}?range=today&view=rejected&page[size]=25")
    page.locator("summary#views").click()


def _report_failed(page: Page, site: Site) -> None:
    site.faults({"kind": "status", "operation": "clickReport", "times": None, "status": 500})
    page.goto("/reports/clicks/?filter[publisher]=5001")
    expect(error_summary(page)).to_be_visible()


def _search_opened(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/preferences/")
    page.get_by_role("button", name="Search everything").click()
    expect(page.get_by_role("dialog").get_by_role("option", name="Preferences")).to_be_visible()


def _palette_found(page: Page, site: Site) -> None:
    site.faults({"kind": "status", "operation": "listPublishers", "times": None, "status": 500})
    page.goto(f"{OFFERS}1002/")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("me")
    expect(page.get_by_role("dialog").get_by_text("Publishers could not be read")).to_be_visible()
    expect(page.locator("dialog[data-waiting]")).to_have_count(0)


def _search_failed(page: Page, site: Site) -> None:
    site.faults({"kind": "status", "operation": "listPublishers", "times": None, "status": 500})
    page.goto("/search/?q=a")
    expect(page.get_by_text("The API has a fault")).to_be_visible()


def _traced(page: Page, site: Site) -> None:
    page.goto("/reports/conversions/?range=last-7-days")
    row = page.locator("table tbody th a").nth(20).get_attribute("href") or ""
    page.goto(f"/trace/?id={row.rpartition('row=')[2]}&hours=72")
    expect(page.get_by_role("heading", name="Conversions: found")).to_be_visible()


def _scanned(page: Page, site: Site) -> None:
    page.goto(f"{TRACE}&scan=on&clicks.calls=199&conversions.state=ended&impressions.state=failed")
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()


def _changed_offer(page: Page, site: Site) -> None:
    """An offer with a message that undoes, the line about its newest change, and its history."""
    page.goto(f"{OFFERS}1004/edit/")
    for name in ("description", "restriction_note"):
        page.locator(f"[name={name}]").evaluate("field => { field.value += ' One more word.'; }")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.locator("#history > summary").click()
    expect(page.get_by_role("button", name="Put back").first).to_be_visible()


def _changes(page: Page, site: Site) -> None:
    _changed_offer(page, site)
    page.goto(f"{OFFERS}1006/")
    page.get_by_role("button", name=re.compile("ctivate")).first.click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.goto("/changes/")
    expect(page.get_by_role("table", name="Changes")).to_be_visible()


def _changes_filtered(page: Page, site: Site) -> None:
    _changes(page, site)
    page.goto("/changes/?resource=offers&field=description&value=word&from=2026-01-01&odd=1")
    page.locator("summary", has_text="Filter").click()


def _change(page: Page, site: Site) -> None:
    _changed_offer(page, site)
    page.goto("/changes/?record=1004&resource=offers")
    page.get_by_role("rowheader").first.get_by_role("link").first.click()
    page.get_by_text("Body as sent").click()


TRACE = "/trace/?integration_id=int-eu&id=nobody-has-this-0001"

#: Lists, records and forms of other resources are made of the same parts: one stands for those that add none.
STATES = [
    State("offers", lambda page, site: open_offers(page)),
    State("offers of an account manager", lambda page, site: open_offers(page, "?page[size]=25"), MANAGER),
    State(
        "offers filtered",
        lambda page, site: open_offers(
            page, "?filter[active]=true&filter[name][contains]=a&sort=-name&page[size]=25"
        ),
    ),
    State("offers without a match", _open(f"{OFFERS}?filter[name][contains]=nothing+like+this")),
    State("offers none", _empty),
    State("offers wrong address", _open(f"{OFFERS}?filter[nonsense]=1&page[size]=25&sort=nonsense")),
    State("offers selected", _selected),
    State("offers compared", _open(f"{OFFERS}compare/?id=1001&id=1002&id=999999")),
    State(
        "offers to compare",
        _open(f"{OFFERS}compare/?id=1001&add=nothing+like+this"),
        statuses=frozenset({422}),
    ),
    State("offers add filter", _menu("Filter")),
    State("account menu", _menu("Alex Admin")),
    State("integration menu", _menu("EU network")),
    State("navigation on a phone", _navigation),
    State("offers failed", _failing(500), statuses=frozenset({502})),
    State("offers too many requests", _failing(429), statuses=frozenset({429, 503})),
    State("offer", _open(f"{OFFERS}1002/")),
    State("offer awkward", _open(f"{OFFERS}1001/")),
    State("offer gone", _open(f"{OFFERS}999999/"), statuses=frozenset({404})),
    State("offer new", _open(f"{OFFERS}new/")),
    State("offer new with errors", _form_with_errors, statuses=frozenset({422})),
    State("offer edit with conflicts", _conflict, statuses=frozenset({409})),
    State("offer edit unfolded", _form_unfolded),
    State("offer lost creation", _lost_creation, statuses=frozenset({502, 504})),
    State("offer advertiser looked up", _looking_up),
    State("offer children in place", _in_place, statuses=frozenset({422})),
    State("offer archive", _open(f"{OFFERS}1002/archive/")),
    State("bulk plan over its list", _bulk),
    State("bulk plan", _bulk_page),
    State("bulk done over its list", _bulk_done),
    State("bulk plan that archives", _bulk_archive),
    State("bulk runs", _open("/bulk/")),
    State("row menu", _row_menu),
    State("row field", _row_field, statuses=frozenset({422})),
    State("row field conflict", _row_field_conflict, statuses=frozenset({409})),
    State("row field alone", _row_field_alone),
    State("value in place", _value_in_place, statuses=frozenset({422})),
    State("bulk edit", _bulk_edit, statuses=frozenset({422})),
    State("bulk result", _bulk_result),
    State("bulk failed", _bulk_failed),
    State("bulk of nothing", _bulk_of_nothing),
    State("publisher", _open("/publishers/5001/")),
    State("publisher links", _open("/publishers/5001/links/")),
    State("publisher new", _open("/publishers/new/")),
    State("advertiser", _open("/advertisers/101/")),
    State("users", _open("/users/")),
    State("user new", _open("/users/new/")),
    State("events", _open(f"{OFFERS}1002/events/")),
    State("event new", _open(f"{OFFERS}1002/events/new/")),
    State("offer links", _open(f"{OFFERS}1002/links/?publisher=5001")),
    State(
        "offer links missing",
        _open(f"{OFFERS}1002/links/?publishers=5001,5002,99999&sub_id=news"),
        statuses=frozenset({422}),
    ),
    State("offer duplicate", _open(f"{OFFERS}1002/duplicate/")),
    State("report of clicks", _open("/reports/clicks/?page[size]=25")),
    State(
        "report of impressions filtered",
        _open("/reports/impressions/?filter[publisher]=5001&range=last-30-days"),
    ),
    State("report row", _report_row),
    State("report columns", _report_columns),
    State("report views", _report_views),
    State("report without rows", _open(f"{CONVERSIONS}?filter[offer_id]=999999")),
    State(
        "report wrong range",
        _open(f"{CONVERSIONS}?start_time=2026-11-02&end_time=2026-11-01&timezone=Mars&filter[status]=Odd"),
        statuses=frozenset({422}),
    ),
    State("report failed", _report_failed, statuses=frozenset({502})),
    State("people", _people),
    State("people without a match", _open("/people/?q=nobody+at+all")),
    State("person", _person),
    State("person to deactivate", _to_deactivate),
    State("invite", _open("/people/invite/")),
    State("invite somebody who is here", _invite_known, statuses=frozenset({422})),
    State("invitation", _invitation, None),
    State("invitation that opens nothing", _open("/invitations/nothing-like-this/"), None, frozenset({404})),
    State("sign in", _open("/account/login/"), None),
    State("sign in refused", _sign_in_error, None),
    State("reset password", _open("/account/password/reset/"), None),
    State("reset password sent", _reset_done, None),
    State("not found signed out", _open("/nothing/here/"), None, frozenset({404})),
    State("start", _start),
    State("start of a manager", _start, MANAGER),
    State("start partly failed", _start_failed, statuses=frozenset({502, 403})),
    State("shortcuts", _shortcuts),
    State("start panel alone", _open("/start/counts/")),
    State("offers with warnings", _open("/start/offers/")),
    State("welcome", _open("/"), NEWCOMERS["keyless"]),
    State("connections none", _open("/connections/"), NEWCOMERS["keyless"]),
    State("connect", _open("/connections/new/"), NEWCOMERS["keyless"]),
    State("connections refused", _refused_key, NEWCOMERS["refused"]),
    State("connections", _open("/connections/")),
    State("services", _open("/connections/services/")),
    State("service new", _open("/connections/services/new/")),
    State("columns dialog", _columns_dialog),
    State("preferences", _open("/preferences/")),
    State("sessions", _open("/sessions/")),
    State("notifications", _notifications),
    State("notifications none", _open("/notifications/"), NEWCOMERS["keyless"]),
    State("bell opened", _bell),
    State("security", _open("/account/security/")),
    State("code app", _open("/account/security/app/")),
    State("passkey", _open("/account/security/passkeys/new/")),
    State("proof by password", _open("/account/confirm/?next=/connections/")),
    State("proof refused", _proof_refused, statuses=frozenset({422})),
    State("sign in again", _open("/account/confirm/again/")),
    State("change password", _open("/account/password/change/")),
    State("exports none", _open("/exports/"), NEWCOMERS["keyless"]),
    State("exports", _exports),
    State("export new", _open("/exports/new/")),
    State("export new with errors", _new_export_with_errors, statuses=frozenset({422})),
    State("export new without a key", _open("/exports/new/"), NEWCOMERS["keyless"]),
    State("export running", _running_export),
    State("export finished", _finished_export),
    State("export failed", _failed_export),
    State("export in parts that exist", _export_in_parts_that_exist),
    State("export too large", _export_too_large),
    State("exports without the API", _exports_without_the_api),
    State("exports filtered", _export_filters),
    State("exports cut and expired", _exports_cut_and_expired),
    State("look inside", _inside("", "Per day")),
    State("look inside about", _inside_file),
    State("look inside per day", _inside("?group=day:date_time", "Rows per day of date_time")),
    State("look inside per offer", _inside("?group=offer&filter[offer][ne]=x", "Rows per offer")),
    State(
        "look inside per day by publisher",
        _inside("?group=day:date_time&split=publisher&chart=lines", "Rows per day of date_time by publisher"),
    ),
    State("look inside nothing", _inside("?filter[offer]=none&odd=1", "No rows match")),
    State("look inside failed", _inside_failed),
    State("export of the API", _remote_export),
    State("export to delete", _export_to_delete),
    State("export that exists", _export_that_exists),
    State("export in parts", _export_in_parts),
    State("shared links none", _open("/exports/shared/"), NEWCOMERS["refused"]),
    State("share", _share),
    State("shared", _shared),
    State("share rows", _share_rows),
    State("shared rows", _shared_rows),
    State("share opened by a guest", _guest),
    State("share openings", _openings),
    State("share not working", _open("/shared/nothing-like-this/"), None, frozenset({404})),
    State("schedules none", _open("/exports/schedules/"), NEWCOMERS["keyless"]),
    State("schedules", _schedules),
    State("schedule new spelled out", _new_schedule_spelled_out),
    State("schedule new with errors", _new_schedule_with_errors, statuses=frozenset({422})),
    State("schedule", _schedule),
    State("schedule delete", _schedule_delete),
    State("search", _open("/search/")),
    State("search found", _open("/search/?q=an")),
    State("search found by id", _open("/search/?q=1002")),
    State("search nothing", _open("/search/?q=nothing+like+this")),
    State("search partly failed", _search_failed),
    State("search without a key", _open("/search/?q=a"), NEWCOMERS["keyless"]),
    State("palette on a phone", _search_opened),
    State("palette with records", _palette_found),
    State("trace", _open("/trace/")),
    State("trace found", _traced),
    State("trace not found", _open(TRACE)),
    State(
        "trace wrong", _open("/trace/?id=+&timezone=Nowhere&start_time=2026-01-01"), statuses=frozenset({422})
    ),
    State("trace scan", _scanned),
    State("changes none", _open("/changes/"), NEWCOMERS["keyless"]),
    State("changes", _changes),
    State("changes filtered", _changes_filtered),
    State("changes without a match", _open("/changes/?q=nothing+like+this")),
    State("change", _change),
    State("offer changed", _changed_offer),
    State("mailbox", _open("/mailbox/")),
    State("mail", _mail),
    State("not found", _open("/nothing/here/"), statuses=frozenset({404})),
    State("forbidden", _open("/connections/services/"), MANAGER, frozenset({403})),
]
#: A resource that brings its own contract has its pages looked at without being named.
STATES += [
    State(f"{resource.name} {name}", _open(resource.url(name, PLACE, record_id)))
    for resource in registry.resources()
    if resource.contract_file
    for name, record_id in (("list", ""), ("create", ""), ("detail", PLACE[resource.id_parameter]))
]
