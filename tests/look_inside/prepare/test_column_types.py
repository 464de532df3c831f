"""A column is one type, decided by its name and by all of its values, and everything made of the table goes by it."""

import csv
import io

import duckdb
import openpyxl
import pytest

from apps.api.query import Filter
from apps.look_inside.columns import Columns
from apps.look_inside.files.downloads import for_sheet, number_format, typed
from apps.look_inside.parquet_table import store
from apps.look_inside.prepare.csv_dialect import dialect_of
from apps.look_inside.query.filters import problem_with
from apps.look_inside.query.sql import condition, order
from apps.look_inside.query.state import PreparedTableState
from apps.look_inside.query.sum_explanations import sum_words, why_not_summed
from apps.look_inside.stored_names import TABLE
from apps.ui.files.workbook import write_workbook


@pytest.fixture
def made(tmp_path):
    """The table of some columns, name → values: what they are, and a function that asks it."""

    def make(values):
        names, lists = (
            list(values),
            [value if isinstance(value, list) else [value] for value in values.values()],
        )
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows(zip(*lists, strict=True))
        (tmp_path / "clean.csv").write_text(out.getvalue())
        head = io.StringIO()
        csv.writer(head).writerow(names)
        columns = store(tmp_path / "clean.csv", dialect_of(head.getvalue(), ","), tmp_path, len(lists[0]))

        def ask(sql, parameters=()):
            table = f"(SELECT * FROM read_parquet('{tmp_path / TABLE}', file_row_number = true)) AS t"
            with duckdb.connect() as connection:
                return connection.execute(sql.replace("FROM t", f"FROM {table}"), list(parameters)).fetchall()

        return Columns(columns), ask

    return make


def found(table, *filters, select="c0"):
    """The values of the first column in the rows that the filters leave over."""
    columns, ask = table
    items = [Filter(columns.all[0].key, operator, value) for operator, value in filters]
    assert not [words for item in items if (words := problem_with(item, columns))]
    where = condition(items, columns)
    return [row[0] for row in ask(f"SELECT {select} FROM t WHERE {where.sql}", where.parameters)]


EXACT = [
    ("foo", ["+491701234567", "+4915112345"]),
    ("foo", ["491701234567", "491701234568"]),
    ("mobile", ["491701234567", "4915112345"]),
    ("foo", ["007", "8"]),
    ("foo", ["1e5", "2e5"]),
    ("foo", ["1.10", "1.9"]),
    ("appVersion", ["1.10", "1.20"]),
    ("OS Version", ["14", "15"]),
    ("foo", ["12345678901234567890", "1"]),
    ("foo", ["4111111111111111", "5500000000000004"]),
    ("foo", ["0x1F", "0x2A"]),
    ("foo", ["1_000", "2_000"]),
    ("foo", ["１２", "３"]),
    ("foo", ["Infinity", "NaN"]),
    ("foo", ["-0", "0"]),
    ("foo", [".5", "1"]),
    ("offer_id", ["7", "12"]),
    ("offerId", ["7", "12"]),
    ("OFFERID", ["7", "12"]),
    ("Offer ID", ["7", "12"]),
    ("offer-id", ["7", "12"]),
    ("Zip Code", ["10115", "80331"]),
    ("sub1", ["1", "2"]),
    ("aff_sub_2", ["1.5", "2.50"]),
]


def test_what_only_looks_like_a_number_stays_exact_everywhere(made):
    # Invisible signs make the names different, and say nothing.
    texts = {name + "\u200b" * place: values for place, (name, values) in enumerate(EXACT)}
    columns, ask = made(texts)
    wanted = list(zip(*texts.values(), strict=True))
    assert {column.kind for column in columns.all} <= {"text", "id"}
    assert not columns.amounts
    assert ask(f"SELECT {typed(columns)} FROM t") == wanted
    out = io.BytesIO()
    formats = [number_format(column) for column in columns.all]
    rows = ask(f"SELECT {for_sheet(columns)} FROM t")
    write_workbook(
        out, list(texts), [column.is_number for column in columns.all], iter([rows]), formats=formats
    )
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert list(sheet.iter_rows(min_row=2, values_only=True)) == wanted
    for column, values in zip(columns.all, texts.values(), strict=True):
        where = condition([Filter(column.key, "eq", values[0])], columns)
        assert ask(f"SELECT {column.sql} FROM t WHERE {where.sql}", where.parameters) == [(values[0],)]


@pytest.mark.parametrize("name", ["foo", "version", "sub1"])
def test_decimals_that_differ_as_text_differ_in_a_filter_of_texts(made, name):
    table = made({name: ["1.1", "1.10", "1.100", "2"]})
    assert found(table, ("eq", "1.1")) == ["1.1"]
    assert found(table, ("in", "1.10, 2")) == ["1.10", "2"]


def test_amounts_are_compared_by_their_exact_value(made):
    table = made({"payout": ["4.5", "4.50", "0.1234567890121", "0.1234567890122", "0.30000000000000004"]})
    assert found(table, ("eq", "4.5")) == ["4.5", "4.50"]
    assert found(table, ("in", "4.50,7")) == ["4.5", "4.50"]
    assert found(table, ("eq", "0.1234567890121")) == ["0.1234567890121"]
    assert found(table, ("eq", "0.123456789012")) == []
    assert found(table, ("gt", "0.1234567890121"), ("lt", "1")) == ["0.1234567890122", "0.30000000000000004"]
    assert found(table, ("eq", "0.3")) == ["0.30000000000000004"]


def test_ids_are_sorted_and_compared_by_size_and_equal_letter_by_letter(made):
    columns, ask = table = made({"offer_id": ["10", "9", "100"]})
    by_id = order(PreparedTableState(sort="offer_id"), columns)
    assert [row[0] for row in ask(f"SELECT c0 FROM t ORDER BY {by_id}")] == ["9", "10", "100"]
    assert found(table, ("gt", "9")) == ["10", "100"]
    assert found(table, ("eq", "9.0")) == []


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["1,234.50", "5", "-2.25"], ["1234.5", "5", "-2.25"]),
        (["1.234,50", "5", "-2,25"], ["1234.5", "5", "-2.25"]),
        (["1,5", "12,75"], ["1.5", "12.75"]),
        (["(5.00)", "7.00"], ["-5", "7"]),
        (["5.00-", "7.00"], ["-5", "7"]),
        (["−5.00", "7.00"], ["-5", "7"]),
        (["1 234,50", "3"], ["1234.5", "3"]),
        (["1\u202f234,50", "3"], ["1234.5", "3"]),
        (["1'234.50", "3"], ["1234.5", "3"]),
        (["€ 1.50", "€ 2"], ["1.5", "2"]),
        (["1,50 €", "-2,00 €"], ["1.5", "-2"]),
        ([" 5", "-6.5 "], ["5", "-6.5"]),
        (["($1,234.50)", "$3"], ["-1234.5", "3"]),
        (["USD 1,000.00", "USD 2"], ["1000", "2"]),
    ],
)
def test_amounts_written_for_people_are_read_in_the_one_way_they_can_mean(made, values, numbers):
    columns, ask = table = made({"payout": values})
    (column,) = columns.all
    assert (column.kind, column.unsummed) == ("number", "")
    assert [row[0] for row in ask(f"SELECT {for_sheet(columns)} FROM t")] == numbers
    assert float(ask(f"SELECT sum({column.number_sql}) FROM t")[0][0]) == sum(map(float, numbers))
    assert found(table, ("eq", values[0])) == found(table, ("eq", numbers[0])) == [values[0]]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["1,234", "5"], "“1,234” can be read in two ways"),
        (["1,50", "1.50"], "1 of 2 values is no number"),
        (["5", "-"], "1 of 2 values is no number, “-”"),
        (["5", "N/A", "N/A", "N/A"], "3 of 4 values are no numbers, such as “N/A”"),
        (["null", "null"], "2 of 2 values are no numbers, such as “null”"),
        (["€ 5", "£ 5"], "its values name several currencies"),
        (["5", "5%"], "1 of 2 values is no number, “5%”"),
        (["007", "8"], "1 of 2 values is no number, “007”"),
        (["1_000", "5"], "“1_000”"),
        (["Infinity", "5"], "“Infinity”"),
    ],
)
def test_an_amount_that_is_not_summed_says_why(made, values, words):
    columns, _ = made(dict.fromkeys(["payout", "Net Revenue", "purchaseValue", "order-total"], values))
    assert not columns.amounts
    for column in columns.all:
        assert words in why_not_summed(column)
        assert words in sum_words(column, columns)


NO_AMOUNTS = [
    "conversion_rate", "conversionRate", "Conversion Rate", "CONVERSION-RATE", "CTR", "ctr %", "payout_percent",
    "payoutPct", "revenue.per.click", "avgOrderValue", "Average Order Value", "eCPM", "epc", "revenue_share", "ROI",
    "offer_id", "offerId", "OFFER ID", "Order Number", "position", "Year", "unix_time", "session-time", "score",
    "latitude", "user_age",
]  # fmt: skip


def test_rates_ids_positions_and_times_are_never_summed_and_have_no_currency(made):
    columns, _ = made({**{key: ["1.5", "2"] for key in NO_AMOUNTS}, "currency": ["EUR", "USD"]})
    assert not columns.amounts
    assert not any(column.currency for column in columns.all)


def test_a_percentage_by_its_sign_is_no_amount_whatever_it_is_called(made):
    columns, _ = table = made({"discount": ["5%", "12.5%"], "currency": ["EUR", "USD"]})
    assert columns.all[0].is_number
    assert not columns.amounts
    assert found(table, ("gt", "5%")) == found(table, ("gt", "5")) == ["12.5%"]


def test_an_amount_is_summed_in_the_currency_of_its_row(made):
    names = [
        "payout",
        "netRevenue",
        "Purchase Value",
        "PURCHASE-VALUE",
        "sale.amount",
        "Umsatz",
        "order_total",
    ]
    columns, _ = made({**{key: ["1.50", "2"] for key in names}, "Currency Code": ["EUR", "USD"]})
    assert [amount.column.name for amount in columns.amounts] == names
    assert {amount.currency for amount in columns.amounts} == {columns.all[-1]}


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("payout", "payout_currency"), ("payoutAmount", "payoutCurrency"), ("Payout", "Payout Currency"),
        ("PAYOUT-TOTAL", "payout currency-code"),
    ],
)  # fmt: skip
def test_an_amount_follows_its_own_currency_however_names_are_written(made, amount, currency):
    columns, _ = made({amount: ["1", "2"], currency: ["EUR", "USD"], "currency": ["GBP", "GBP"]})
    assert columns.amounts[0].currency == columns.all[1]


def test_a_currency_in_the_name_is_the_amounts_own_and_counts_have_none(made):
    amounts = ["payout_usd", "payoutUSD", "Payout (USD)", "Revenue in USD"]
    counts = ["clicks", "Conversions", "orderCount", "number_of_leads", "total-clicks"]
    columns, _ = made({**{key: ["1", "2"] for key in [*amounts, *counts]}, "currency": ["EUR", "GBP"]})
    found = [(one.currency, one.code, one.has_currency) for one in columns.amounts]
    assert found == [(None, "USD", True)] * len(amounts) + [(None, "", True)] * len(counts)


LATE = [
    ("", "5", "number"), ("", "2026-11-02", "time"), ("", "x", "text"), ("text", "5", "text"), ("1", "5", "number"),
    ("1", "x", "text"), ("1", "2026-11-02", "text"), ("2026-11-01", "2026-11-02", "time"), ("2026-11-01", "5", "text"),
    ("1", "1e5", "text"), ("1", "1.10", "text"), ("1", "01", "text"),
]  # fmt: skip


def test_what_comes_late_in_a_file_counts_as_much_as_what_comes_first(made):
    columns, _ = made({f"foo {first} {late}": [first] * 5000 + [late] for first, late, _ in LATE})
    assert [column.kind for column in columns.all] == [kind for _, _, kind in LATE]


def test_an_amount_whose_numbers_come_late_says_why_it_is_not_summed(made):
    columns, _ = made({"payout": ["-"] * 3000 + ["5.00"] * 9000})
    assert "3,000 of 12,000 values are no numbers, such as “-”" in why_not_summed(columns.all[0])


MOMENTS = [
    "2026-11-02T00:30:00+02:00",
    "2026-11-01T23:00:00Z",
    "2026-11-01 20:00:00 -0200",
    "2026-11-01T22:29:59.5Z",
]


def test_moments_with_offsets_are_sorted_filtered_and_grouped_as_moments(made):
    columns, ask = table = made({"time": MOMENTS})
    assert columns.all[0].form == "mixed"
    assert (columns.all[0].low, columns.all[0].high) == ("2026-11-01 22:00:00", "2026-11-01 23:00:00")
    by_time = order(PreparedTableState(sort="time"), columns)
    in_order = [row[0] for row in ask(f"SELECT c0 FROM t ORDER BY {by_time}")]
    assert in_order == [MOMENTS[2], MOMENTS[3], MOMENTS[0], MOMENTS[1]]
    assert found(table, ("gt", "2026-11-01 22:30")) == [MOMENTS[1]]
    assert found(table, ("gte", "2026-11-02T00:30+02:00")) == [MOMENTS[0], MOMENTS[1]]
    assert len(found(table, ("eq", "2026-11-01"))) == 4
    assert found(table, ("eq", "2026-11-01T22:30:00Z")) == [MOMENTS[0]]


def test_moments_with_one_offset_are_as_they_are_shown(made):
    table = made({"time": ["2026-11-02T00:30:00+02:00", "2026-11-01T23:00:00.250+0200"]})
    assert table[0].all[0].form == "+02:00"
    assert found(table, ("eq", "2026-11-02")) == ["2026-11-02T00:30:00+02:00"]
    assert found(table, ("lt", "2026-11-01T21:30Z")) == ["2026-11-01T23:00:00.250+0200"]


def test_unix_times_are_moments(made):
    columns, ask = made(
        {"unix_time": ["1793577600", "1793600000"], "createdAt": ["1793577600000", "1793600000123"]}
    )
    assert [(column.kind, column.form) for column in columns.all] == [
        ("time", "seconds"),
        ("time", "milliseconds"),
    ]
    for column in columns.all:
        assert column.low == "2026-11-02 00:00:00"
        for operator, value in (("gt", "2026-11-02 05:00"), ("eq", "1793600000"), ("eq", "2026-11-02 06:13")):
            where = condition([Filter(column.key, operator, value)], columns)
            assert len(ask(f"SELECT c0 FROM t WHERE {where.sql}", where.parameters)) == 1
