"""The form *New export*: order of columns, recipients, a range in parts, what is left of the day."""

import re
import uuid

import pytest

from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_of_form, request_parts
from apps.exports.request.splitting import parts_of
from apps.jobs.failpoints import PlantedFault
from apps.mail.models import Message
from tests.exports.conftest import advance, advance_until, spec_of
from tests.exports.test_pages import CREATE, text_of, typed


def test_the_columns_keep_the_order_in_which_they_are_sent(admin_client):
    admin_client.post(CREATE, typed(columns=["payout", "offer", "conversion_time", "my_own"]))
    assert ExportRequest.objects.get().columns == ["payout", "offer", "conversion_time", "my_own"]


@pytest.mark.parametrize(
    ("move", "order"),
    [
        ("up:offer", ["offer", "payout", "status"]),
        ("down:offer", ["payout", "status", "offer"]),
        ("up:payout", ["payout", "offer", "status"]),
        ("down:status", ["payout", "offer", "status"]),
        ("up:unknown", ["payout", "offer", "status"]),
        ("sideways", ["payout", "offer", "status"]),
    ],
)
def test_up_and_down_reorder_without_scripts_and_ask_for_nothing(admin_client, move, order):
    response = admin_client.post(CREATE, typed(columns=["payout", "offer", "status"], move=move))
    form = response.context["form"]
    assert form["columns"].value() == order
    assert [value for value, _label in form.fields["columns"].choices][:3] == order
    assert not ExportRequest.objects.exists()


def test_another_report_keeps_what_was_typed(admin_client):
    response = admin_client.post(CREATE, typed(switch_report="clicks", recipients="a@example.com"))
    form = response.context["form"]
    assert form.report.slug == "clicks"
    assert form["start_time"].value() == "2026-11-01T00:00:00"
    assert form["recipients"].value() == "a@example.com"
    assert "date_time" in form["columns"].value()


def test_a_report_table_fills_the_form_in(admin_client):
    query = {
        "report": "clicks",
        "integration": "int-us",
        "start_time": "2026-10-01 00:00:00",
        "end_time": "2026-10-02T23:59:59",
        "time_zone": "europe/berlin",
        "columns": ["offer", "date_time", "a b"],
        "requested_from": "/reports/clicks/?integration_id=int-us",
    }
    response = admin_client.get(CREATE, query)
    form = response.context["form"]
    assert form["integration"].value() == "int-us"
    assert f"{form['start_time'].value():%d %H:%M} {form['end_time'].value():%d}" == "01 00:00 02"
    assert form["time_zone"].value() == "Europe/Berlin"
    assert form["columns"].value() == ["offer", "date_time"]
    assert "Requested from: Clicks report" in text_of(response)


def test_what_an_address_says_wrongly_is_named_and_replaced(admin_client):
    query = {"start_time": "soon", "time_zone": "Mars/Olympus", "integration": "none", "split": "odd"}
    response = admin_client.get(CREATE, query)
    page = text_of(response)
    assert response.status_code == 200
    assert "“soon” is no time" in page
    assert "There is no time zone “Mars/Olympus”" in page


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/" + "a" * 3000]
)
def test_a_page_that_is_not_ours_is_not_remembered(admin_client, path):
    assert path not in text_of(admin_client.get(CREATE, {"requested_from": path}))
    admin_client.post(CREATE, typed(requested_from=path))
    assert ExportRequest.objects.get().requested_from == ""


def test_further_recipients_get_a_mail_each_that_leads_to_a_page_they_may_open(admin_client, admin, sandbox):
    addresses = f"one@example.com, Two@example.com two@EXAMPLE.com\n{admin.email.upper()}"
    response = admin_client.post(CREATE, typed(recipients=addresses, requested_from="/reports/conversions/"))
    export = ExportRequest.objects.get()
    assert len(export.recipients) == 2
    advance_until(export, "ready")
    own, *others = Message.objects.order_by("address")
    assert (own.address, [message.address for message in others]) == ("", sorted(export.recipients))
    remote = f"/exports/api/{export.service_id}/{export.remote_id}/"
    for message in others:
        assert remote in message.text
        assert remote in message.html
        assert str(export.pk) not in message.text
        assert "Ada Admin (admin@example.com)" in message.text
    assert export.get_absolute_url() in own.text
    assert "1,920" in own.html
    page = text_of(admin_client.get(response["Location"]))
    assert page.count("Waiting to be sent") == 3
    assert "Email to one@example.com" in page
    assert '<a href="/reports/conversions/">Conversions report</a>' in page


@pytest.mark.parametrize(
    ("recipients", "words"),
    [
        ("one@example.com, not an address", "is not an email address"),
        (" ".join(f"p{number}@example.com" for number in range(11)), "at most 10"),
        ("a@example.com\r\nBcc b", "is not an email address"),
    ],
)
def test_wrong_recipients_are_named_and_kept(admin_client, recipients, words):
    response = admin_client.post(CREATE, typed(recipients=recipients))
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors["recipients"])
    assert "p0@example.com" in text_of(response) or "@example.com" in text_of(response)
    assert not ExportRequest.objects.exists()


# A range in parts.


def parts_text(how, start, end):
    return [(p.start_time, p.end_time) for p in parts_of(spec_of(start_time=start, end_time=end), how)]


@pytest.mark.django_db
def test_parts_follow_the_calendar_and_leave_nothing_out(service):
    assert parts_text("day", "2026-10-31 12:00:00", "2026-11-01 13:00:00") == [
        ("2026-10-31 12:00:00", "2026-10-31 23:59:59"),
        ("2026-11-01 00:00:00", "2026-11-01 13:00:00"),
    ]
    assert parts_text("week", "2026-11-01 00:00:00", "2026-11-09 23:59:59") == [
        ("2026-11-01 00:00:00", "2026-11-01 23:59:59"),
        ("2026-11-02 00:00:00", "2026-11-08 23:59:59"),
        ("2026-11-09 00:00:00", "2026-11-09 23:59:59"),
    ]
    assert parts_text("month", "2026-01-31 00:00:00", "2026-03-01 23:59:59") == [
        ("2026-01-31 00:00:00", "2026-01-31 23:59:59"),
        ("2026-02-01 00:00:00", "2026-02-28 23:59:59"),
        ("2026-03-01 00:00:00", "2026-03-01 23:59:59"),
    ]
    assert parts_text("halves", "2026-11-01 00:00:00", "2026-11-02 23:59:59") == [
        ("2026-11-01 00:00:00", "2026-11-01 23:59:59"),
        ("2026-11-02 00:00:00", "2026-11-02 23:59:59"),
    ]
    assert parts_text("halves", "2026-11-01 00:00:00", "2026-11-01 00:00:00") == [
        ("2026-11-01 00:00:00", "2026-11-01 00:00:00")
    ]


def test_a_split_shows_its_parts_and_their_cost_before_anything_is_asked(admin_client):
    values = typed(split="day", end_time="2026-11-12T23:59:59")
    response = admin_client.post(CREATE, values)
    page = text_of(response)
    assert response.status_code == 200
    assert "12 files, 12 exports" in page
    assert "10 of 10 exports left today" in page
    assert "goes beyond waits" in page
    assert not ExportRequest.objects.exists()


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_range_at_the_end_of_the_calendar_is_refused_like_any_other_that_is_none(admin_client, year):
    values = typed(split="month", start_time=f"{year}-12-01T00:00:00", end_time=f"{year}-12-31T23:59:59")
    response = admin_client.post(CREATE, values)
    assert response.status_code == 422
    assert not ExportRequest.objects.exists()


def test_a_confirmed_split_asks_once_for_each_part_however_often_it_is_sent(admin_client, settings, sandbox):
    settings.EXPORTS_PER_DAY = 2
    values = typed(split="day", end_time="2026-11-03T23:59:59", confirm_parts="3", recipients="a@example.com")
    for _ in range(2):
        response = admin_client.post(CREATE, values)
    exports = list(ExportRequest.objects.order_by("start_time"))
    assert len(exports) == 3
    assert {export.group for export in exports} == {uuid.uuid5(uuid.UUID(values["nonce"]), "group")}
    assert [export.recipients for export in exports] == [["a@example.com"]] * 3
    assert response["Location"] == exports[0].get_absolute_url()
    assert [advance(export).state for export in exports] == ["waiting", "waiting", "deferred"]
    page = text_of(admin_client.get(exports[0].get_absolute_url()))
    assert "Parts of the range" in page
    assert exports[2].get_absolute_url() in page
    # They come along with the progress of the one whose page is open, which goes on while one of them moves.
    for export in exports[:2]:
        ExportRequest.objects.filter(pk=advance_until(export, "ready").pk).update(state="done")
    Message.objects.update(due_at=None)  # Their mails left.
    headers = {"HX-Request": "true", "HX-Target": "progress"}
    fragment = text_of(admin_client.get(exports[0].get_absolute_url(), headers=headers))
    assert (
        'id="parts"' in fragment
        and 'hx-swap-oob="true"' in fragment
        and "Waiting for the daily limit" in fragment
    )
    assert 'hx-trigger="every 15s"' in fragment


def test_a_crash_between_two_parts_leaves_none_so_that_the_same_form_asks_for_all(
    admin, admin_connection, settings, tmp_path
):
    settings.DATA_DIRECTORY, settings.FAILPOINTS = tmp_path, "export.created=raise@2"
    parts, nonce = parts_of(spec_of(end_time="2026-11-03 23:59:59"), "day"), uuid.uuid4()
    with pytest.raises(PlantedFault):
        request_parts(admin, admin_connection, parts, nonce)
    assert request_of_form(admin, nonce) is None
    assert request_parts(admin, admin_connection, parts, nonce).new_count == 3


def test_a_confirmation_of_another_count_asks_again(admin_client):
    values = typed(split="day", end_time="2026-11-05T23:59:59", confirm_parts="3")
    assert "5 files, 5 exports" in text_of(admin_client.post(CREATE, values))
    assert not ExportRequest.objects.exists()


def test_too_many_parts_are_refused(admin_client):
    response = admin_client.post(CREATE, typed(split="day", start_time="2020-01-01T00:00:00"))
    assert response.status_code == 422
    assert "more than 62 files" in " ".join(response.context["form"].errors["split"])


def test_a_failed_export_is_offered_in_halves(admin_client, export, sandbox):
    sandbox.faults({"kind": "status", "status": 422, "operation": "downloadConversions"})
    advance_until(export, "failed")
    halves = admin_client.get(export.get_absolute_url()).context["halves_url"]
    form = admin_client.get(halves).context["form"]
    assert form["split"].value() == "halves"
    assert form["columns"].value() == export.columns
    assert "What to do:" in Message.objects.get().text
    assert "split=halves" in Message.objects.get().html


# A schedule in its place.


def test_a_schedule_in_its_place_keeps_what_was_filled_in(admin_client):
    page = text_of(admin_client.get(CREATE))
    [button] = re.findall(r'<button[^>]*formaction="([^"]+)"[^>]*>Schedule it instead<', page)
    values = typed(
        report="clicks",
        integration="int-us",
        columns=["publisher", "date_time"],
        more_columns="my_own",
        delimiter="tab",
        extra_parameters="sub_id_9",
        recipients="a@example.com",
        take_over="1",
    )
    form = admin_client.post(button, values).context["form"]
    assert form.report.slug == "clicks"
    assert form["columns"].value() == ["publisher", "date_time", "my_own"]
    for name in ("integration", "time_zone", "delimiter", "extra_parameters", "recipients"):
        assert form[name].value() == values[name]
    assert not form.errors


def test_two_schedules_of_one_export_form_are_two(admin_client):
    values = typed(take_over="1")
    nonces = {
        str(admin_client.post("/exports/schedules/new/", values).context["form"]["nonce"].value())
        for _ in "12"
    }
    assert len(nonces | {values["nonce"]}) == 3


# What is left of the day.


def test_the_quota_is_read_from_the_api_after_the_page_is_there(admin_client, sandbox):
    page = text_of(admin_client.get(CREATE))
    assert f'hx-get="{CREATE}quota/" hx-trigger="load"' in page
    assert "the API&#x27;s list was not read" in page
    assert "0 by the whole organisation in the API&#x27;s list" in text_of(
        admin_client.get(f"{CREATE}quota/")
    )
    assert 'hx-trigger="every 15s"' not in text_of(admin_client.get(CREATE))


def test_a_quota_that_cannot_be_read_is_counted_here_alone(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "listExports", "times": None, "status": 500})
    page = text_of(admin_client.get(f"{CREATE}quota/"))
    assert "10 of 10 exports left today" in page
    assert "was not read" in page
