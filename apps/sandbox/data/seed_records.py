"""Generates the records of a fresh sandbox: the same ones every time."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.sandbox.data import seed_words as words
from apps.sandbox.data.organisations import (
    ADMIN_EMAIL,
    MAIN,
    ORGANISATIONS,
    Integration,
    Organisation,
    advertiser_name,
    offer_currency,
    offer_name,
    publisher_name,
    user_id,
)
from apps.sandbox.data.store import Place

Json = dict[str, Any]
Records = dict[Place, dict[str, Json]]

FIRST_DAY = datetime(2024, 1, 8, 9, 0, tzinfo=UTC)


def seeded_records() -> Records:
    """All records by place; built from fixed random seeds."""
    records: Records = {}
    for organisation in ORGANISATIONS.values():
        chance = random.Random(organisation.id)  # noqa: S311 - repeatable on purpose
        records |= _organisation_records(organisation, chance)
    return records


def _organisation_records(organisation: Organisation, chance: random.Random) -> Records:
    records: Records = {
        (organisation.id, "users", ""): {r["id"]: r for r in _users(organisation, chance)},
        (organisation.id, "advertisers", ""): {str(r["id"]): r for r in _advertisers(organisation, chance)},
        (organisation.id, "publishers", ""): {str(r["id"]): r for r in _publishers(organisation, chance)},
    }
    numbers = {"events": 70_001, "landing-pages": 80_001}
    for integration in organisation.integrations:
        offers = [_offer(organisation, integration, index, chance) for index in range(integration.offers)]
        records[(organisation.id, "offers", integration.id)] = {str(offer["id"]): offer for offer in offers}
        for offer in offers:
            parent = f"{integration.id}/{offer['id']}"
            for kind, make, most in (("events", _event, 4), ("landing-pages", _landing_page, 3)):
                children = {}
                for _ in range(chance.randint(0, most)):
                    children[str(numbers[kind])] = make(numbers[kind], chance)
                    numbers[kind] += 1
                records[(organisation.id, kind, parent)] = children
    return records


def _times(chance: random.Random) -> Json:
    created = FIRST_DAY + timedelta(minutes=chance.randint(0, 1_200_000))
    updated = created + timedelta(minutes=chance.randint(0, 80_000))
    return {"created_at": _stamp(created), "updated_at": _stamp(updated)}


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _person(chance: random.Random) -> Json:
    first, last = chance.choice(words.FIRST_NAMES), chance.choice(words.LAST_NAMES)
    return {"first_name": first, "last_name": last, "phone": f"+49-555-{chance.randint(0, 9999):04d}"}


def _place(chance: random.Random) -> tuple[str, str, str]:
    city, country, timezone = chance.choice(words.CITIES).split("/", 2)
    return city, country, timezone


def _users(organisation: Organisation, chance: random.Random) -> Iterator[Json]:
    for number in range(1, organisation.users + 1):
        city, country, timezone = _place(chance)
        manager = number % 3 != 1
        yield {
            "id": user_id(organisation, number),
            "email": _email(organisation, number),
            **_person(chance),
            "city": city,
            "country": country,
            "timezone": timezone,
            "role": "accountManager" if manager else "admin",
            "status": "Deactivated" if number == 9 else "Active",
            "api_access_enabled": number <= 4,
            "is_advertiser_manager": manager,
            "is_publisher_manager": manager and number % 2 == 0,
            "publisher_manager_access": "Limited" if number % 4 == 0 else "Global",
            **_times(chance),
        }


def _email(organisation: Organisation, number: int) -> str:
    if organisation is MAIN and number == 1:
        return ADMIN_EMAIL
    return f"user{number}@{organisation.id.removeprefix('org-')}.example.com"


def _company(name: str, chance: random.Random, organisation: Organisation) -> Json:
    _, country, _ = _place(chance)
    host = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    return {
        "name": name,
        "active": chance.random() > 0.15,
        "address": f"{chance.randint(1, 180)} Market Street",
        "company_name": name,
        "country": country,
        "description": chance.choice(
            ("", "Long-standing partner.", "Paid monthly, net 30.", "Test account.")
        ),
        "email": f"partners@{host}.example.com",
        **_person(chance),
        "manager_id": user_id(organisation, chance.randint(1, organisation.users)),
        "messenger": f"{host}_team",
        "website": f"https://www.{host}.example.com/",
    }


def _advertisers(organisation: Organisation, chance: random.Random) -> Iterator[Json]:
    for index in range(organisation.advertisers):
        number = organisation.first_advertiser + index
        record = {"id": number, **_company(advertiser_name(number), chance, organisation), **_times(chance)}
        yield _made_awkward(record, index, every=20)


def _publishers(organisation: Organisation, chance: random.Random) -> Iterator[Json]:
    for index in range(organisation.publishers):
        number = organisation.first_publisher + index
        city, _, timezone = _place(chance)
        record = {
            "id": number,
            **_company(publisher_name(number), chance, organisation),
            "city": city,
            "timezone": timezone,
            "countries": sorted(chance.sample(words.MARKETS, chance.randint(0, 4))),
            "promotional_method": sorted(chance.sample(words.PROMOTION, chance.randint(1, 3))),
            "tracking_domain_ids": [f"dom-{chance.randint(1, 6)}"],
            **_times(chance),
        }
        yield _made_awkward(record, index, every=40)


def _prices(chance: random.Random) -> Json:
    payout = round(chance.uniform(0.05, 60), 2)
    return {
        "payout": payout,
        "payout_percent": float(chance.choice((0, 0, 5, 12.5, 40))),
        "payout_type": chance.choice(words.PAYOUT_TYPES),
        "revenue": round(payout * chance.uniform(1.1, 1.8), 2),
        "revenue_percent": float(chance.choice((0, 0, 10, 22.5, 60))),
        "revenue_type": chance.choice(words.REVENUE_TYPES),
    }


def _offer(organisation: Organisation, integration: Integration, index: int, chance: random.Random) -> Json:
    number = integration.first_offer + index
    name = offer_name(number, organisation)
    domain = f"go{number % 7}.sandbox-tracking.example"
    with_terms, forwards = chance.random() > 0.7, chance.random() > 0.8
    record = {
        "id": number,
        "name": name,
        "active": chance.random() > 0.2,
        "advertiser_id": organisation.advertiser_of(number),
        "allow_duplicate_conversions": chance.random() > 0.85,
        "block_on_reject": chance.random() > 0.7,
        "conversion_name": chance.choice(words.GOALS),
        "currency": offer_currency(number),
        "deep_link_enabled": chance.random() > 0.5,
        "default_payout": _prices(chance),
        "description": f"{name}. Traffic from the listed countries only.",
        "fallback_url": f"https://{domain}/closed?offer={number}",
        "hide_js_tracking": False,
        "impression_forwarding_enabled": forwards,
        "impression_forwarding_url": f"https://{domain}/view?id={{transaction_id}}" if forwards else "",
        "manually_approve_conversions": chance.random() > 0.9,
        "offer_preview_enabled": chance.random() > 0.4,
        "parallel_tracking_enabled": False,
        "parallel_tracking_url": "",
        "primary_domain": domain,
        "restriction_note": chance.choice(("", "", "No brand bidding.", "No incentivised traffic.")),
        "targeting_group_id": f"tg-{chance.randint(1, 9)}",
        "targeting_simple_enabled": chance.random() > 0.5,
        "terms_and_conditions": "Payment after validation, 45 days." if with_terms else "",
        "terms_and_conditions_enabled": with_terms,
        "view_through_attribution_enabled": chance.random() > 0.8,
        "visibility": chance.choice(("Public", "Public", "Private", "Requires_Approval")),
        **_times(chance),
    }
    return _made_awkward(record, index, every=20)


def _event(number: int, chance: random.Random) -> Json:
    return {
        "id": number,
        "name": chance.choice(words.EVENT_NAMES) if number % 25 else words.AWKWARD_NAMES[number // 25 % 12],
        "active": chance.random() > 0.1,
        "allow_multiple_events": chance.random() > 0.6,
        "description": "",
        "manually_approve_events": chance.random() > 0.9,
        **_prices(chance),
        **_times(chance),
    }


def _landing_page(number: int, chance: random.Random) -> Json:
    url = f"https://land{number % 5}.sandbox-tracking.example/{number}?click={{transaction_id}}"
    if number % 30 == 0:
        url = words.AWKWARD_URLS[number // 30 % len(words.AWKWARD_URLS)]
    return {
        "id": number,
        "name": chance.choice(words.PAGE_NAMES),
        "active": chance.random() > 0.1,
        "hide_from_publishers": chance.random() > 0.8,
        "preview_url": url.partition("?")[0] if chance.random() > 0.3 else "",
        "redirect_url": url,
        **_times(chance),
    }


def _made_awkward(record: Json, index: int, every: int) -> Json:
    """Every n-th record carries one thing a reader must survive; the first page of a list shows some."""
    which, rest = divmod(index, every)
    if rest == 3:
        record["name"] = words.AWKWARD_NAMES[which % len(words.AWKWARD_NAMES)]
    elif rest == 5:
        web_address = "website" if "website" in record else "fallback_url"
        record[web_address] = words.AWKWARD_URLS[which % len(words.AWKWARD_URLS)]
    elif rest == 7:
        record["description"] = record["created_at"] = None
        record |= {"manager_id": None} if "manager_id" in record else {"default_payout": None}
    elif rest == 9:
        del record["description"], record["updated_at"]
    elif rest == 11:
        record |= {"tags": ["seasonal", "<b>vip</b>"], "internal_score": 0.5 + which}
        if isinstance(record.get("default_payout"), dict):
            record["default_payout"] = {
                **record["default_payout"],
                "tier_config": {"over": 100, "payout": 2.5},
            }
    elif rest == 13 and "visibility" in record:
        record["visibility"] = "Invite_Only"
    return record
