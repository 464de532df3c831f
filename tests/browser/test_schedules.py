"""A schedule from beginning to file, with the keyboard alone; and what it spells out without JavaScript."""

import uuid

from playwright.sync_api import Page, expect

from tests.browser.keyboard.test_story_by_keyboard import tab_to

NEW = "/exports/schedules/new/"


def test_a_schedule_is_made_and_run_by_keyboard(page: Page):
    page.goto(NEW)
    tab_to(page, page.get_by_role("radio", name="Every day"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("checkbox", name="Monday"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("checkbox", name="Thursday"))
    page.keyboard.press("Space")
    preview = page.get_by_role("region", name="What it does")
    expect(preview).to_contain_text("At: Choose a time.")
    tab_to(page, page.get_by_label("At", exact=False).and_(page.locator("[type=time]")))
    page.keyboard.type("0730AM")
    zone = page.get_by_label("Time zone")
    tab_to(page, zone)
    page.keyboard.press("Control+A")
    page.keyboard.type("Europe/Berlin")
    parameters = page.get_by_label("Extra parameters")
    tab_to(page, parameters)
    page.keyboard.type(f"parameter_{uuid.uuid4().hex[:8]}")
    expect(preview).to_contain_text("Every Monday and Thursday at 07:30 Europe/Berlin")
    expect(preview.get_by_role("listitem")).to_have_count(3)
    expect(zone).to_have_value("Europe/Berlin")

    tab_to(page, page.get_by_role("button", name="Save schedule"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("It has not run yet.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="covers")).to_have_count(3)
    before = page.get_by_role("listitem").filter(has_text="covers").all_inner_texts()

    tab_to(page, page.get_by_role("button", name="Run now"))
    page.keyboard.press("Enter")
    runs = page.get_by_role("table", name="Runs")
    export = runs.get_by_role("link", name="Ready")
    expect(export).to_be_visible()
    assert page.get_by_role("listitem").filter(has_text="covers").all_inner_texts() == before
    tab_to(page, export)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Download")).to_be_visible()
    expect(page.get_by_role("link", name="Your schedule")).to_be_visible()


def test_what_a_rule_does_not_need_is_out_of_the_way(page: Page):
    page.goto(NEW)
    monday, day = page.get_by_role("checkbox", name="Monday"), page.get_by_label("Day of the month")
    expect(monday).to_be_hidden()
    expect(day).to_be_hidden()
    page.get_by_label("Every month").check()
    expect(day).to_be_visible()
    expect(page.get_by_label("How many days")).to_be_hidden()
    page.get_by_label("A number of days").check()
    expect(page.get_by_label("How many days")).to_be_visible()


def test_without_javascript_a_button_shows_the_next_runs(open_page):
    page = open_page(java_script_enabled=False)
    page.goto(NEW)
    page.locator("[name=at]").fill("06:15")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("listitem").filter(has_text="covers")).to_have_count(3)
    expect(page.get_by_text("Every day at 06:15")).to_be_visible()
    page.get_by_role("button", name="Save schedule").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete the schedule").click()
    expect(page.get_by_text("The schedule was deleted.")).to_be_visible()
