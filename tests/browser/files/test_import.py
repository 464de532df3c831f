"""A list goes into a spreadsheet and comes back: downloaded, edited, checked, planned and carried out."""

from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.browser.site import OFFERS


def downloaded(page: Page, directory: Path) -> Path:
    """The first two offers as a workbook, by the list's own menu."""
    page.goto(f"{OFFERS}?filter[id][in]=1016,1017")
    page.locator("summary").filter(has_text="Download").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel (XLSX)").click()
    path = directory / "offers.xlsx"
    download.value.save_as(path)
    return path


def upload(page: Page, path: Path) -> None:
    """By the list's own button, on to the check."""
    page.goto(OFFERS)
    page.get_by_role("link", name="Import").click()
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Go on to the columns").click()
    expect(page.get_by_role("heading", name="Match the columns")).to_be_visible()
    page.get_by_role("button", name="Check all rows").click()


def test_a_list_is_edited_in_a_spreadsheet(page: Page, tmp_path: Path):
    path = downloaded(page, tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    name, visibility = head.index("name") + 1, head.index("visibility") + 1
    sheet.cell(2, visibility).value = "Secret"
    book.save(path)
    upload(page, path)
    expect(page.get_by_role("heading", name="1 of 2 rows cannot be imported")).to_be_visible()
    problem = page.get_by_role("table", name="Problems").get_by_role("row").nth(1)
    expect(problem).to_contain_text("visibility")
    expect(problem).to_contain_text("Secret")
    sheet.cell(2, visibility).value = "public"
    sheet.cell(2, name).value = "Named in a spreadsheet"
    book.save(path)
    page.get_by_role("link", name="Upload another file").click()
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Go on to the columns").click()
    page.get_by_role("button", name="Check all rows").click()
    expect(page.get_by_role("heading", name="All rows can be imported")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_role("heading", name="1 offer will change")).to_be_visible()
    expect(page.get_by_text("Named in a spreadsheet")).to_be_visible()
