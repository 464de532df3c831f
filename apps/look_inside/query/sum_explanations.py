"""Explains in words why a column is or is not summed."""

from apps.look_inside.columns import Column, Columns, Unsummed
from apps.look_inside.number_formats import DECIMALS
from apps.network.column_meanings import Meaning, names_amount
from apps.ui.values import shortened

_LONGEST_EXAMPLE = 40


def why_not_summed(column: Column) -> str:
    """Of what a reader may miss among the sums: why it is not there, or not as the file has it; "" for all else."""
    if column.unsummed in (Unsummed.ODD, Unsummed.AMBIGUOUS, Unsummed.CURRENCIES):
        return f"{column.name} is not summed: {_reason(column)}."
    if column.is_number and column.unsummed and names_amount(column.name):
        return f"{column.name} is not summed: {_reason(column)}."
    if column.is_number and not column.unsummed and column.rounded:
        have = "1 value has" if column.rounded == 1 else f"{column.rounded:,} values have"
        return f"{column.name} is summed to {DECIMALS} decimals: {have} more, and was rounded."
    return ""


def sum_words(column: Column, columns: Columns) -> str:
    """For the list of columns: in which currency a column is summed, or why it is not; "" where nobody would."""
    if column.unsummed:
        return f"no: {_reason(column)}"
    amount = next((one for one in columns.amounts if one.column == column), None)
    if amount is None:
        return ""
    if not amount.needs_currency:
        return "yes, a count"
    if amount.currency:
        return f"yes, by {amount.currency.name}"
    return f"yes, in {amount.code}" if amount.code else "once its currency is named"


def _reason(column: Column) -> str:
    example = f"“{shortened(column.odd, _LONGEST_EXAMPLE)}”"
    match column.unsummed:
        case Unsummed.ODD:
            odd = column.filled - column.numbers
            are = "is no number" if odd == 1 else "are no numbers"
            such = "" if odd == 1 else "such as "
            return f"{odd:,} of {column.filled:,} values {are}, {such}{example}"
        case Unsummed.AMBIGUOUS:
            return f"{example} can be read in two ways, with thousands or with decimals"
        case Unsummed.CURRENCIES:
            return f"its values name several currencies, as {shortened(column.odd, _LONGEST_EXAMPLE)}"
        case Unsummed.RATE:
            return "it is a rate, and rates do not add up"
        case Unsummed.MEASURE:
            return "it is no amount" if column.meaning is not Meaning.MOMENT else "it is a time"
        case _:
            return "its name does not say that it is an amount"
