"""Moments, days and lengths of time in the words that readers see."""

from datetime import datetime, timedelta

from watcher.core.language.dates import LONDON


def format_moment(moment: datetime) -> str:
    """A moment as London's clocks show it: Fri 20 Nov 2020 07:41."""
    local = moment.astimezone(LONDON)
    return f"{format_day(local.date())} {local:%H:%M}"


def format_day(date: object) -> str:
    """A date with its weekday: Tue 1 Dec 2020."""
    return f"{date:%a} {date:%d}".replace(" 0", " ") + f" {date:%b %Y}"


def format_count(number: int, noun: str) -> str:
    """A number with its noun: 1 date, 3 dates. `noun` takes an "s"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def format_duration(span: timedelta) -> str:
    """A length of time in words, in whole minutes and without its sign: 9 h 24 min, 2 days 3 h."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} day{'s' if days > 1 else ''} {hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"
