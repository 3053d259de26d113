"""Pages as HTML: Jinja2 escapes all text of publishers, and only addresses that lead to the web become links."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_count, format_day, format_duration, format_moment
from watcher.core.language.urls import clean_link, redact_url
from watcher.core.wording.labels import INDEPENDENT, LABELS, OPEN_QUESTIONS, SITE_NAME, UNSENT_WORDS
from watcher.core.wording.status_wording import STATUS_WORDS


@cache
def environment() -> Environment:
    """The templates, and what they may call."""
    templates = Environment(
        loader=PackageLoader("watcher.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "moment": format_moment_tag,
        "day": format_day_tag,
        "duration": format_duration,
        "counted": format_count,
        "link": public_address,
        "host": host_of,
    }
    templates.globals |= {
        "site_name": SITE_NAME,
        "independent": INDEPENDENT,
        "labels": LABELS,
        "open_questions": OPEN_QUESTIONS,
        "status_words": STATUS_WORDS,
        "unsent_words": UNSENT_WORDS,
    }
    return templates


def render(template: str, values: Mapping[str, Any]) -> str:
    """The HTML of a template."""
    return environment().get_template(template).render(values)


def format_moment_tag(moment: datetime) -> Markup:
    """A moment as London's clocks show it, in a `time` element."""
    iso = moment.astimezone(LONDON).isoformat(timespec="minutes")
    return Markup('<time datetime="{}">{}</time>').format(iso, format_moment(moment))


def format_day_tag(day: date) -> Markup:
    """A day with its weekday, in a `time` element."""
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), format_day(day))


def public_address(url: str) -> str:
    """An address of the web that may be shown to anybody; "" for anything else."""
    return clean_link(redact_url(url))


def host_of(url: str) -> str:
    """The host of an address, as it is shown beside a link, so that readers see where it leads."""
    return (urlsplit(public_address(url)).hostname or "").removeprefix("www.")
