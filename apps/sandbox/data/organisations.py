"""The organisations of the sandbox: their integrations, how many records they have, and the names of these."""

import random
from dataclasses import dataclass

from apps.sandbox.data import seed_words as words


@dataclass(frozen=True)
class Integration:
    """One tracking set-up; its offers are numbered upwards from `first_offer`."""

    id: str
    name: str
    first_offer: int
    offers: int


@dataclass(frozen=True)
class Organisation:
    """One network, and how much of everything it has."""

    id: str
    name: str
    integrations: tuple[Integration, ...]
    first_advertiser: int
    advertisers: int
    first_publisher: int
    publishers: int
    users: int

    def integration(self, identity: str) -> Integration | None:
        """The integration of that id, or None."""
        return next((one for one in self.integrations if one.id == identity), None)

    def advertiser_of(self, offer: int) -> int:
        """The advertiser that owns a seeded offer."""
        return self.first_advertiser + offer * 7 % self.advertisers

    def advertiser_names(self) -> list[tuple[int, str]]:
        """Number and name of every seeded advertiser."""
        first = self.first_advertiser
        return [(number, advertiser_name(number)) for number in range(first, first + self.advertisers)]

    def publisher_names(self) -> list[tuple[int, str]]:
        """Number and name of every seeded publisher."""
        first = self.first_publisher
        return [(number, publisher_name(number)) for number in range(first, first + self.publishers)]


#: Of the user whose key the demo's admin holds: the person who signs in with it is told what a change would mean.
ADMIN_EMAIL = "admin@example.com"
MAIN = Organisation(
    "org-main",
    "Sandbox Network",
    (Integration("int-eu", "EU network", 1001, 250), Integration("int-us", "US network", 2001, 250)),
    first_advertiser=101,
    advertisers=60,
    first_publisher=5001,
    publishers=400,
    users=12,
)
OTHER = Organisation(
    "org-other",
    "Other Network",
    (Integration("int-other", "Other network", 9001, 20),),
    first_advertiser=901,
    advertisers=5,
    first_publisher=9501,
    publishers=10,
    users=3,
)
ORGANISATIONS = {organisation.id: organisation for organisation in (MAIN, OTHER)}


def user_id(organisation: Organisation, number: int) -> str:
    """The id of the n-th seeded user; the first is an administrator, the second an account manager."""
    return f"usr-{organisation.id.removeprefix('org-')}-{number:03d}"


def offer_name(offer: int, organisation: Organisation) -> str:
    """The name of a seeded offer."""
    chance = random.Random(f"offer-{offer}")  # noqa: S311
    advertiser = organisation.advertiser_of(offer)
    parts = (chance.choice(words.GOALS), chance.choice(words.MARKETS), chance.choice(words.CHANNELS))
    return " ".join((brand_of(advertiser), *parts))


def offer_currency(offer: int) -> str:
    """The currency of a seeded offer: mostly euros below 2001 (the EU network), mostly dollars above."""
    usual, other = ("EUR", "USD") if offer < 2001 else ("USD", "EUR")
    return other if offer % 5 == 0 else usual


def publisher_name(publisher: int) -> str:
    """The name of a seeded publisher."""
    first, second = divmod(publisher * 37 % 400, 20)
    return f"{words.PUBLISHER_FIRST[first]} {words.PUBLISHER_SECOND[second]}"


def advertiser_name(advertiser: int) -> str:
    """The name of a seeded advertiser."""
    return f"{brand_of(advertiser)} {('GmbH', 'Ltd', 'Inc.', 'SAS')[advertiser % 4]}"


def brand_of(advertiser: int) -> str:
    """The brand in the names of an advertiser and its offers."""
    return words.BRANDS[advertiser % len(words.BRANDS)]
