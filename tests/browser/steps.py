"""What a person does on the pages, for tests whose point comes after it."""

import uuid

from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.site import ADMIN, OFFERS


def open_offers(page: Page, query: str = "") -> None:
    """The list of offers, its rows visible."""
    page.goto(OFFERS + query)
    expect(page.get_by_role("table", name="Offers")).to_be_visible()


def was_told(page: Page, words: str) -> None:
    """Until a message on the page or over it says so; the words are read out besides, in a place of their own."""
    expect(page.locator(".notice").get_by_text(words).first).to_be_visible()


def ask_for_export(page: Page, more_columns: str = "") -> None:
    """A conversions export unlike any other, asked for on its form: the same one twice would be one."""
    page.goto("/exports/new/")
    page.get_by_label("More columns").fill(more_columns)
    page.get_by_label("Extra parameters").fill(f"parameter_{uuid.uuid4().hex[:8]}")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()


def wait_for_download(page: Page) -> None:
    """Until the open export offers its file."""
    expect(page.get_by_role("button", name="Download")).to_be_visible()


def wait_for_mail(page: Page, to: str) -> None:
    """Until the open export says that its mail to that address was sent; the file is there a moment before it."""
    mail = page.locator(".facts > div").filter(has_text=f"Email to {to}")
    expect(mail).to_contain_text("Sent")


def open_mail_about(page: Page) -> str:
    """The mail about the open export, once it was sent; gives the address that the mail must lead to."""
    address = page.url
    wait_for_mail(page, ADMIN.email)
    page.goto("/mailbox/")
    # An older test's mail may have come after it.
    mails = page.get_by_role("link", name="Your conversions export is ready")
    for number in range(mails.count()):
        mails.nth(number).click()
        expect(page.get_by_role("link", name="All mail")).to_be_visible()
        if page.get_by_role("article").get_by_role("link", name=address).count():
            return address
        page.go_back()
    raise AssertionError(f"no mail about {address}")


def open_invitation(page: Page, email: str) -> None:
    """The page that the link opens in the mail to this address, once that was sent."""
    mail = page.get_by_role("row").filter(has_text=email).get_by_role("link", name="You are invited")
    for _ in range(200):
        page.goto("/mailbox/")
        if mail.count():
            break
        page.wait_for_timeout(300)
    mail.first.click()
    page.get_by_role("link", name="/invitations/").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def make_schedule(page: Page, at: str = "07:30") -> None:
    """A daily schedule, its page open."""
    page.goto("/exports/schedules/new/")
    page.locator("[name=at]").fill(at)
    page.get_by_role("button", name="Save schedule").click()
    expect(page.get_by_role("heading", name="Conversions of the previous day")).to_be_visible()


def error_summary(page: Page) -> Locator:
    """What says, under a heading, what went wrong; beside it pages have an empty place for alerts."""
    return page.get_by_role("alert").filter(has=page.get_by_role("heading"))


def names(page: Page) -> list[str]:
    """The names in the table, from top to bottom."""
    return page.get_by_role("rowheader").all_inner_texts()


def requests_of(page: Page) -> list[str]:
    """The addresses asked for from now on; the icon of the tab, which Chromium takes from its cache, aside."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "favicon" not in request.url:
            asked.append(request.url)

    page.on("request", note)
    return asked


def see_requests_until_now(page: Page) -> str:
    """Ask for the page once more, and give its address: whatever was asked for before it has been noted by then."""
    page.evaluate("fetch(location.href).then(answer => answer.text())")
    return page.url
