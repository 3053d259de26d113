"""The months and the days of the week: the only table of their names, for reading and for building patterns."""

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_MONTHS = tuple(name[:3] for name in MONTHS)
SHORT_WEEKDAYS = tuple(name[:3] for name in WEEKDAYS)


def month_number(name: str) -> int:
    """1 for January, whole or by its first three letters, in any case. Raises ValueError for other words."""
    return SHORT_MONTHS.index(name[:3].lower()) + 1


def weekday_number(name: str) -> int:
    """0 for Monday as `date.weekday` counts, whole or by its first three letters. Raises ValueError for other words."""
    return SHORT_WEEKDAYS.index(name[:3].lower())
