"""What about an offer needs a look before traffic is sent to it. Plain functions over records already read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from apps.resources.forms.web_addresses import problem_with_address, problem_with_email
from apps.text.direction import isolated
from apps.ui.columns import Record
from apps.ui.contract_values import as_boolean, as_number, unknown_text
from apps.ui.values import (
    LONGEST_TITLE,
    identifier,
    is_missing,
    label_of,
    money_text,
    shortened,
    text_of,
    value_at,
)

#: What the advertiser's address must carry, or no conversion finds its click.
TRANSACTION_MACRO = "{transaction_id}"
#: Payout type → the revenue type that belongs to it; PRV goes with any.
PAIRED_REVENUE_TYPE = {"CPA": "RPA", "CPS": "RPS", "CPAxCPS": "RPAxRPS", "CPC": "RPC", "CPM": "RPM"}
#: Payout types whose percentage is one of the sale, as the revenue's is.
SHARES_OF_THE_SALE = ("CPS", "CPAxCPS")


@dataclass(frozen=True)
class Finding:
    """One thing that needs a look: what, why it matters, and the page where it is mended."""

    rule: str
    text: str
    reason: str
    #: Registered name of the resource, one of its pages, and the record there; "" for a new one.
    resource: str = "offers"
    page: str = "edit"
    record_id: str = ""
    #: The field on that page, where it is one.
    field: str = ""


@dataclass(frozen=True)
class SetupCheck:
    """Everything found, and in sentences what could not be judged."""

    findings: Sequence[Finding]
    not_judged: Sequence[str]

    @property
    def title(self) -> str:
        """The result in a few words."""
        count = len(self.findings)
        if count:
            return "1 warning" if count == 1 else f"{count} warnings"
        return "Not everything could be checked" if self.not_judged else "No warnings"


class AdvertiserGap(Enum):
    """Why there is no advertiser to judge."""

    #: The offer names none.
    NONE = "none"
    #: The API does not know the one it names.
    GONE = "gone"


def check(
    offer: Record,
    landing_pages: Sequence[Record] | None,
    advertiser: Record | AdvertiserGap | None,
    *,
    are_all_pages_read: bool = True,
) -> SetupCheck:
    """The rules over an offer, its landing pages and its advertiser; None is what could not be read.

    A value of another type than expected is not judged: what is odd about it stands on the page anyway.
    """
    findings = [*_payout_findings(offer)]
    not_judged = []
    if landing_pages is None:
        not_judged.append("The landing pages could not be read, so they were not checked.")
    else:
        findings = [*_landing_page_findings(landing_pages, are_all_pages_read), *findings]
        if not are_all_pages_read:
            not_judged.append(f"Only the first {len(landing_pages)} landing pages were checked.")
    is_active = as_boolean(offer.get("active"))
    if is_active is None and not is_missing(offer.get("active")):
        not_judged.append(
            f"Its status is {isolated(unknown_text(offer['active']))}, so it is not known whether it takes traffic."
        )
    if isinstance(advertiser, AdvertiserGap):
        findings.append(_ADVERTISER_GAPS[advertiser])
    elif advertiser is not None:
        findings += _advertiser_findings(offer, advertiser)
    elif is_active is not False:
        not_judged.append("The advertiser could not be read, so whether it is active was not checked.")
    findings += _fallback_findings(offer)
    findings += _further_address_findings(offer)
    return SetupCheck(findings, not_judged)


def _landing_page_findings(pages: Sequence[Record], are_all: bool) -> Iterator[Finding]:
    # Nobody is sent to an inactive page, so its address can wait until it is activated.
    used = [page for page in pages if as_boolean(page.get("active")) is not False]
    if not used and are_all:
        yield Finding(
            "no-active-landing-page",
            "None of its landing pages is active." if pages else "It has no landing page.",
            "The redirect URL lives there: without an active landing page a click has nowhere to go.",
            "landing_pages",
            "list" if pages else "create",
        )
    for page in used:
        yield from _address_findings(page)


def _address_findings(page: Record) -> Iterator[Finding]:
    url, name = page.get("redirect_url"), _name_of(page)
    place = ("landing_pages", "edit", identifier(page.get("id")), "redirect_url")
    yield from _odd_address(
        page.get("preview_url"), f"The preview URL of {name}", *place[:3], field="preview_url"
    )
    if not is_missing(url) and not isinstance(url, str):
        return
    address = (url or "").strip()
    if TRANSACTION_MACRO not in address:
        yield Finding(
            "no-transaction-id",
            f"The redirect URL of {name} does not carry {TRANSACTION_MACRO}."
            if address
            else f"{name} has no redirect URL.",
            "The advertiser sends it back with a conversion; without it no conversion finds its click.",
            *place,
        )
    if address and problem_with_address(address):
        yield from _odd_address(address, f"The redirect URL of {name}", *place)
    elif address and _scheme(address) != "https":
        yield Finding(
            "not-https",
            f"The redirect URL of {name} is not https.",
            "Browsers warn about such pages or drop what a click carries, and others on the way can read it.",
            *place,
        )


def _odd_address(
    value: object,
    subject: str,
    resource: str = "offers",
    page: str = "edit",
    record_id: str = "",
    field: str = "",
) -> Iterator[Finding]:
    """That a text is no web address; nothing of a value that is missing or no text."""
    text = value.strip() if isinstance(value, str) else ""
    if text and (problem := problem_with_address(text)):
        reason = f"Nobody can be sent there. {problem}"
        yield Finding(
            "no-web-address", f"{subject} is no web address.", reason, resource, page, record_id, field
        )


def _further_address_findings(offer: Record) -> Iterator[Finding]:
    for name in ("impression_forwarding_url", "parallel_tracking_url"):
        yield from _odd_address(offer.get(name), f"Its {label_of(name).lower()}", field=name)


def _name_of(page: Record) -> str:
    name = page.get("name")
    text = shortened(text_of(name).strip(), LONGEST_TITLE) if not is_missing(name) else ""
    return f"“{isolated(text)}”" if text else f"landing page {text_of(page.get('id'))}"


def _scheme(address: str) -> str:
    scheme, colon, _ = address.partition(":")
    return scheme.lower() if colon else ""


def _payout_findings(offer: Record) -> Iterator[Finding]:
    prices = offer.get("default_payout")
    if not isinstance(prices, Mapping):
        return
    payout_type, revenue_type = prices.get("payout_type"), prices.get("revenue_type")
    currency = "" if is_missing(offer.get("currency")) else f" {text_of(offer['currency'])}"
    if _is_more(prices, "payout", "revenue"):
        payout, revenue = (money_text(prices[name]) + currency for name in ("payout", "revenue"))
        yield Finding(
            "payout-above-revenue",
            f"The payout ({payout}) is above the revenue ({revenue}).",
            "Every conversion costs the network more than the advertiser pays for it.",
            field="default_payout.payout",
        )
    if payout_type in SHARES_OF_THE_SALE and _is_more(prices, "payout_percent", "revenue_percent"):
        payout, revenue = (f"{text_of(prices[name])} %" for name in ("payout_percent", "revenue_percent"))
        yield Finding(
            "payout-percent-above-revenue",
            f"The payout ({payout} of the sale) is above the revenue ({revenue}).",
            "Every sale costs the network more than the advertiser pays for it.",
            field="default_payout.payout_percent",
        )
    expected = PAIRED_REVENUE_TYPE.get(payout_type) if isinstance(payout_type, str) else None
    if expected and revenue_type in PAIRED_REVENUE_TYPE.values() and revenue_type != expected:
        yield Finding(
            "types-do-not-pair",
            f"Payout type {payout_type} and revenue type {revenue_type} do not belong together.",
            f"The publisher is paid for something else than the advertiser pays for: {payout_type} goes "
            f"with {expected}.",
            field="default_payout.revenue_type",
        )


def _is_more(prices: Record, first: str, second: str) -> bool:
    one, other = as_number(prices.get(first)), as_number(prices.get(second))
    return one is not None and other is not None and one > other


_ADVERTISER_GAPS = {
    AdvertiserGap.NONE: Finding(
        "no-advertiser",
        "It has no advertiser.",
        "Nobody is there to pay for its conversions.",
        field="advertiser_id",
    ),
    AdvertiserGap.GONE: Finding(
        "advertiser-gone",
        "Its advertiser does not exist any more.",
        "The API does not know the one it names, so nobody is there to pay for its conversions.",
        field="advertiser_id",
    ),
}


def _advertiser_findings(offer: Record, advertiser: Record) -> Iterator[Finding]:
    place = ("advertisers", "edit", text_of(value_at(offer, "advertiser_id")))
    email = advertiser.get("email")
    if isinstance(email, str) and email.strip() and problem_with_email(email.strip()):
        yield Finding(
            "no-email-address",
            "The email address of its advertiser is none.",
            "What is written to the advertiser does not arrive.",
            *place,
            field="email",
        )
    yield from _odd_address(
        advertiser.get("website"), "The website of its advertiser", *place, field="website"
    )
    if as_boolean(offer.get("active")) is True and as_boolean(advertiser.get("active")) is False:
        yield Finding(
            "inactive-advertiser",
            "It is active, but its advertiser is not.",
            "Traffic is sent to somebody who may not pay for it: activate the advertiser, or deactivate the offer.",
            "advertisers",
            "detail",
            text_of(value_at(offer, "advertiser_id")),
        )


def _fallback_findings(offer: Record) -> Iterator[Finding]:
    url = offer.get("fallback_url")
    if is_missing(url) or (isinstance(url, str) and not url.strip()):
        yield Finding(
            "no-fallback-url",
            "It has no fallback URL.",
            "A click that the offer cannot take (a country not targeted, an inactive offer) ends on an error page.",
            field="fallback_url",
        )
    yield from _odd_address(url, "Its fallback URL", field="fallback_url")
