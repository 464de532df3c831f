"""Report rows, computed and never stored: row i of a stream is a function of i alone.

A stream (clicks of one integration, say) has one row in every `PERIOD` seconds since 1970, so the rows of a
time range are a range of numbers, and about 115,000 of them lie within the days kept.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from apps.sandbox.data.organisations import (
    Integration,
    Organisation,
    advertiser_name,
    offer_currency,
    offer_name,
    publisher_name,
)

Json = dict[str, Any]

PERIOD = 90
DAYS_KEPT = 120
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
_MASK = (1 << 64) - 1
_CURSOR_BITS = 40
_CURSOR_FACTOR = 0x5DEECE66D
_CURSOR_INVERSE = pow(_CURSOR_FACTOR, -1, 1 << _CURSOR_BITS)

KINDS = ("click", "conversion", "impression", "postback")
STATUSES = {"click": (92, 100), "conversion": (80, 92), "impression": (97, 100), "postback": (95, 100)}
REASONS = ("Duplicate IP", "Outside targeting", "Cap reached", "Invalid click", "Proxy detected", "Too fast")
SYSTEMS = (("iOS", "17.5"), ("Android", "14"), ("Windows", "11"), ("macOS", "14.4"), ("Linux", ""))
BROWSERS = (("Safari", "17.5"), ("Chrome", "126.0"), ("Firefox", "127.0"), ("Edge", "125.0"))
PLACES = (
    ("Berlin", "DE"),
    ("Paris", "FR"),
    ("Madrid", "ES"),
    ("New York", "US"),
    ("Toronto", "CA"),
    ("São Paulo", "BR"),
)
LANGUAGES = ("de-DE", "fr-FR", "es-ES", "en-US", "en-CA", "pt-BR")


class FilterFields(NamedTuple):
    """What rows are filtered by, cheap to compute for a whole stream."""

    status: str
    offer: int
    publisher: int


class Stream:
    """All rows of one kind in one integration."""

    def __init__(self, organisation: Organisation, integration: Integration, kind: str) -> None:
        self.organisation = organisation
        self.integration = integration
        self.kind = kind
        self._salt = _mixed(int.from_bytes(f"{integration.id}/{kind}".encode()[:24], "big") & _MASK)
        self._approved, self._rejected = STATUSES[kind]

    def numbers(self, start: float, end: float, now: float) -> range:
        """The numbers of the rows between two moments (both included) that exist by now."""
        first = max(start, now - DAYS_KEPT * 86_400)
        last = min(end, now)
        if last < first:
            return range(0)
        low, high = int(first // PERIOD), int(last // PERIOD)
        low += self.moment(low) < first
        high -= self.moment(high) > last
        return range(low, high + 1)

    def moment(self, number: int) -> int:
        """When the row happened, in seconds since 1970."""
        return number * PERIOD + _mixed(number ^ self._salt ^ 0xA5A5) % PERIOD

    def facts(self, number: int) -> FilterFields:
        """Status, offer and publisher of a row."""
        bits = _mixed(number ^ self._salt)
        share = bits % 100
        status = "Approved" if share < self._approved else self._otherwise(share)
        # The square makes low numbers busy and high ones rare, as on a real network.
        offer = ((bits >> 8) & 0xFFFF) ** 2 * self.integration.offers >> 32
        publisher = ((bits >> 24) & 0xFFFF) ** 2 * self.organisation.publishers >> 32
        return FilterFields(
            status, self.integration.first_offer + offer, self.organisation.first_publisher + publisher
        )

    def _otherwise(self, share: int) -> str:
        return "Rejected" if share < self._rejected else "Pending"

    def cursor(self, number: int) -> str:
        """The row's `real_tx_id`."""
        hidden = (number * _CURSOR_FACTOR + self._salt) % (1 << _CURSOR_BITS)
        return f"{self.moment(number):08x}{hidden:010x}"

    def number_of(self, cursor: str) -> int | None:
        """The number of the row with that `real_tx_id`; None when there is none."""
        try:
            hidden = int(cursor[8:], 16)
        except ValueError:
            return None
        number = (hidden - self._salt) * _CURSOR_INVERSE % (1 << _CURSOR_BITS)
        return number if self.cursor(number) == cursor else None

    def row(self, number: int, timezone: ZoneInfo) -> Json:
        """The whole row, its times in the time zone asked for."""
        facts, bits = self.facts(number), _mixed(number ^ self._salt ^ 0x5A5A)
        if self.kind == "postback":
            return self._postback(number, facts, bits, timezone)
        row = self._common(number, facts, bits, timezone)
        if self.kind == "conversion":
            row |= self._conversion(number, facts, bits, timezone)
        return row

    def _names(self, facts: FilterFields) -> Json:
        advertiser = self.organisation.advertiser_of(facts.offer)
        return {
            "advertiser_id": advertiser,
            "advertiser": _advertiser_name(advertiser),
            "publisher_id": facts.publisher,
            "publisher": _publisher_name(facts.publisher),
            "offer_id": facts.offer,
            "offer": _offer_name(facts.offer, self.organisation),
        }

    def _common(self, number: int, facts: FilterFields, bits: int, timezone: ZoneInfo) -> Json:
        moment = self.moment(number)
        system, browser = SYSTEMS[bits % 5], BROWSERS[(bits >> 4) % 4]
        place = (bits >> 8) % 6
        rejected = facts.status == "Rejected"
        return {
            "real_tx_id": self.cursor(number),
            "transaction_id": f"{bits:016x}",
            "external_transaction_id": f"ext-{bits >> 20:x}" if bits % 3 else "",
            "date_time": _local(moment, timezone),
            "unix_time": moment,
            "status": facts.status,
            "rejection_reason": REASONS[(bits >> 12) % 6] if rejected else "",
            **self._names(facts),
            "sub_id": f"placement-{(bits >> 16) % 40}",
            **{
                f"sub_id_{n}": f"s{n}-{(bits >> (16 + n)) % 9}" if (bits >> n) % 4 == 0 else ""
                for n in range(2, 7)
            },
            "device_id": f"{(bits >> 3) & 0xFFFFFFFF:08x}-{bits & 0xFFFF:04x}"
            if system[0] in ("iOS", "Android")
            else "",
            "user_agent": f"Mozilla/5.0 ({system[0]} {system[1]}) {browser[0]}/{browser[1]}",
            "os": system[0],
            "os_version": system[1],
            "browser": browser[0],
            "browser_version": browser[1],
            "browser_language": LANGUAGES[place],
            "geo_city": PLACES[place][0],
            "geo_country": PLACES[place][1],
            "bundle_id": f"com.example.app{(bits >> 18) % 12}" if bits % 2 else None,
        }

    def _conversion(self, number: int, facts: FilterFields, bits: int, timezone: ZoneInfo) -> Json:
        moment = self.moment(number)
        approved = facts.status == "Approved"
        payout = round(0.5 + (bits >> 10) % 4000 / 100, 2) if approved else 0
        clicked = moment - 30 - (bits >> 6) % 86_400
        return {
            "click_time": _local(clicked, timezone),
            "conversion_time": _local(moment, timezone),
            "session_time": moment - clicked,
            "conversion_ip": f"203.0.113.{bits % 254 + 1}",
            "third_party_rejected_reason": "Fraud score 92"
            if facts.status == "Rejected" and bits % 2
            else "",
            "browser_languages": LANGUAGES[(bits >> 8) % 6],
            "purchase_value": round((bits >> 14) % 20_000 / 100, 2),
            "payout": payout,
            "revenue": round(payout * 1.35, 2),
            "currency": offer_currency(facts.offer),
        }

    def _postback(self, number: int, facts: FilterFields, bits: int, timezone: ZoneInfo) -> Json:
        success = facts.status == "Approved"
        return {
            "real_tx_id": self.cursor(number),
            "date_time": _local(self.moment(number), timezone),
            "success": success,
            "postback_name": f"Postback {bits % 20}",
            "postback_type": ("global", "event")[bits % 2],
            "offer_id": facts.offer,
            "publisher_id": facts.publisher,
            "event_id": 70_001 + bits % 500 if bits % 2 else None,
            "transaction_id": f"{bits:016x}",
            "response_code": 200 if success else 500,
            "url": f"https://postback{bits % 5}.example.net/?transaction_id={bits:016x}",
            "error": "" if success else "timeout after 10 s",
            "server_response": "OK" if success else "",
        }

    def columns(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(self.row(1, ZoneInfo("UTC")))

    def rows(self, numbers: range, timezone: ZoneInfo) -> Iterator[Json]:
        """Rows by their numbers, newest first."""
        return (self.row(number, timezone) for number in reversed(numbers))


def _mixed(value: int) -> int:
    """A well-scattered 64-bit number for any number (splitmix64)."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def _local(moment: float, timezone: ZoneInfo) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone(timezone).strftime(TIME_FORMAT)


_advertiser_name = lru_cache(maxsize=1024)(advertiser_name)
_publisher_name = lru_cache(maxsize=1024)(publisher_name)
_offer_name = lru_cache(maxsize=2048)(offer_name)
