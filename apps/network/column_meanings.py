"""What the name of a column says its values are, however it is written: `payout_usd`, "Payout (USD)", `payoutUSD`.

A name decides what may be summed: a sum of ids or rates is false, and an amount has a currency. Only names that say so
are amounts; of any other number nothing is claimed.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class Meaning(StrEnum):
    """What the values of a column are, by its name."""

    AMOUNT = "amount"
    COUNT = "count"
    RATE = "rate"
    #: A number of which sums tell nothing: a position, a year, a duration.
    MEASURE = "measure"
    ID = "id"
    TEXT = "text"
    MOMENT = "moment"
    CURRENCY = "currency"
    UNKNOWN = ""


#: Where one word ends and the next begins without a sign between them.
_JOINTS = re.compile(
    r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_PLURAL_IDS = re.compile(r"\bIDs\b|(?<=[a-z_])IDs\b")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_AMOUNTS = _set(
    "payout payouts revenue revenues amount amounts price prices cost costs fee fees commission commissions earning"
    " earnings income profit profits turnover spend spent spending budget balance payment payments paid bid bids refund"
    " refunds chargeback chargebacks tax taxes vat salary wage wages bonus bonuses gmv basket cash discount discounts"
    " subtotal sale purchase deposit deposits withdrawal withdrawals invoice billing money expense expenses loss"
    " proceeds premium reward rewards tip tips stake stakes winnings umsatz betrag preis kosten provision erlös gebühr"
    " montant prix chiffre importe precio coste valor ingresos preço receita prezzo importo ricavo kwota cena сумма"
    " цена доход выплата стоимость"
)
#: Words that make a name an amount where no other word says what it is.
_WEAK_AMOUNTS = _set("total totals sum net gross value values summe gesamt brutto netto usd eur gbp")
_COUNTS = _set(
    "clicks conversions impressions views installs leads registrations signups visits sessions users orders items units"
    " count counts quantity qty hits uniques events rows calls downloads purchases actions opens sends deliveries"
    " bounces visitors customers anzahl количество"
)
_RATES = _set(
    "cr cvr ctr cpc cpm cpa cpl cpi cps ecpc ecpm ecpa epc epm epl rpc rpm rpl rpv rpi roi roas acos aov arpu arppu ltv"
    " share margin score index probability factor multiplier coefficient weight quality rating quote percentile"
    " quantile uplift"
)
#: These make a name a rate wherever they stand.
_RATES_ANYWHERE = _set(
    "rate rates ratio ratios percent percents pct percentage percentages per avg average mean median prozent anteil"
    " pourcentage porcentaje процент"
)
_MEASURES = _set(
    "position pos rank ranking level priority year month day week weekday hour minute second quarter years months days"
    " weeks hours minutes seconds ms millis milliseconds duration latency delay age lat latitude lon lng long longitude"
    " altitude radius distance width height depth temperature offset jahr monat tag año mes día année mois"
)
_MOMENTS = _set(
    "time date datetime timestamp ts unix epoch at created updated modified datum uhrzeit zeit fecha hora heure дата"
    " время"
)
_IDS = _set(
    "id ids uid uuid guid gaid idfa idfv cid gclid fbclid msclkid txid hash token key keys code codes sku isbn ean upc"
    " iban bic imei imsi msisdn asn mac ip ips ipv zip zipcode plz postcode postal phone phones tel telephone telefon"
    " mobile cell fax handy version versions ver revision release build sdk firmware serial session device port"
    " bundle reference ref card pan ssn barcode voucher coupon account ident identifier телефон"
)
#: With a word before them they say that it is an id: "order number", "invoice no".
_NUMBERED = _set("number numbers no nr num nummer numero número номер")
_TEXTS = _set(
    "name names title type types status state kind category categories label labels tag tags comment comments note"
    " notes reason description country city region continent browser os platform language lang locale gender source"
    " medium campaign creative placement keyword keywords term email mail url urls link referrer referer agent param"
    " parameter parameters sub subs aff var custom message text model brand carrier isp network domain host path"
    " success enabled active method option options"
)
#: What may stand before "id" without a sign between: "offerid", "CLICKID".
_GLUED_ID = re.compile(
    r"(?:offer|publisher|pub|advertiser|adv|affiliate|aff|click|transaction|trans|tx|tr|conversion|conv|event|user|sub|"
    r"order|session|device|campaign|creative|source|partner|customer|client|landingpage|goal|app|site|placement|zone|"
    r"external|ext|request|req|tracking|account|ad|adset|adgroup|item|product|visitor|visit|lead|invoice|payment|"
    r"integration|service|member|message|row|record|object|parent|group|owner|manager|country|city|ref|bundle|"
    r"realtx|store|shop|merchant|network|program|coupon|voucher|impression)+ids?"
)
_LONGEST_GLUED = 40
_CODES = _set(
    "USD EUR GBP CHF JPY CNY AUD CAD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH KZT GEL ILS AED SAR EGP ZAR NGN"
    " KES INR PKR BDT LKR IDR MYR SGD THB VND PHP KRW TWD HKD BRL MXN ARS CLP COP PEN ISK MAD TND BTC ETH USDT USDC"
)
#: Codes that are words as well: they count in capitals only.
_CODES_AND_WORDS = frozenset({"TRY", "MAD", "PEN", "RON", "COP"})


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in small letters, numbers apart: `aff_sub1`, "Aff Sub 1", `affSub1` → aff, sub, 1."""
    text = _PLURAL_IDS.sub("_ids", unicodedata.normalize("NFKC", name))
    return tuple(word.casefold() for word in _WORD.findall(_JOINTS.sub(" ", text)))


def snake_name(name: str) -> str:
    """The name as the contract would write it: "Conversion Time", `conversionTime` → `conversion_time`."""
    return "_".join(words_of(name))


@lru_cache(maxsize=4096)
def meaning_of(name: str) -> Meaning:
    """What the values of a column of this name are. The last word that says anything decides: a `rate_id` is an id."""
    words = words_of(name)
    if _is_currency(words):
        return Meaning.CURRENCY
    said = _last_said(words)
    if said in (Meaning.ID, Meaning.TEXT, Meaning.MOMENT):
        return said
    if "%" in name or "‰" in name or _RATES_ANYWHERE.intersection(words):
        return Meaning.RATE
    if said:
        return said
    if "#" in name or "№" in name:
        return Meaning.ID
    return Meaning.AMOUNT if _WEAK_AMOUNTS.intersection(words) else Meaning.UNKNOWN


def names_amount(name: str) -> bool:
    """Whether a word of the name means money, whatever the others make of it."""
    return bool(_AMOUNTS.intersection(words_of(name)))


def is_amount(name: str) -> bool:
    """Whether a column is an amount of money: a rate or an id is none, however its name is written."""
    return names_amount(name) and meaning_of(name) is Meaning.AMOUNT


def currency_in(name: str) -> str:
    """The currency that the name of an amount says, as EUR; "" where it says none, or two."""
    text = _JOINTS.sub(" ", unicodedata.normalize("NFKC", name))
    found = {
        word.upper()
        for word in _WORD.findall(text)
        if word.upper() in _CODES and (word.isupper() or word.upper() not in _CODES_AND_WORDS)
    }
    return found.pop() if len(found) == 1 else ""


def currency_of_what(name: str) -> tuple[str, ...]:
    """Of a column of currencies the words before that: `payout_currency` → payout; () for one of all amounts."""
    words = words_of(name)
    return words[: -2 if words[-1:] == ("code",) else -1]


def stem_of(name: str) -> tuple[str, ...]:
    """The words of an amount's name that a column of its currency repeats: `payout_amount` → payout."""
    words = words_of(name)
    while len(words) > 1 and (words[-1] in _WEAK_AMOUNTS or words[-1] in ("amount", "amounts")):
        words = words[:-1]
    return words


def _is_currency(words: tuple[str, ...]) -> bool:
    without_code = words[:-1] if words[-1:] == ("code",) else words
    return without_code[-1:] in (("currency",), ("ccy",), ("währung",), ("devise",), ("moneda",), ("валюта",))


def _last_said(words: tuple[str, ...]) -> Meaning:
    """What the last word with a meaning says."""
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        before = words[place - 1] if place else ""
        if word in _NUMBERED and before and words[place + 1 : place + 2] != ("of",):
            return Meaning.ID
        if word == "total" and before == "sub":
            return Meaning.AMOUNT
        if word in _MEASURES and before.isdigit():
            # "revenue 30 days" says how long, not what.
            continue
        for meaning, said in _SAID:
            if word in said:
                return meaning
        if len(word) <= _LONGEST_GLUED and _GLUED_ID.fullmatch(word):
            return Meaning.ID
    return Meaning.UNKNOWN


_SAID = (
    (Meaning.ID, _IDS),
    (Meaning.AMOUNT, _AMOUNTS),
    (Meaning.COUNT, _COUNTS),
    (Meaning.RATE, _RATES | _RATES_ANYWHERE),
    (Meaning.MOMENT, _MOMENTS),
    (Meaning.MEASURE, _MEASURES),
    (Meaning.TEXT, _TEXTS),
)
