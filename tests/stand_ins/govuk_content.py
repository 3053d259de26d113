"""The Content API of GOV.UK, and the same content as pages that people see."""

from collections.abc import Callable
from datetime import datetime

from tests.stand_ins.answer import StandInAnswer, as_json, london, long_day, page, shown, utc
from tests.stand_ins.govuk_pages import DISPLAY, ORGANISATIONS, Attachment, Edition, GovukPage

Json = dict[str, object]
Known = Callable[[str], GovukPage | None]
_HOME = "https://www.gov.uk"


def content(found: GovukPage, edition: Edition, known: Known, now: datetime) -> StandInAnswer:
    """The answer of /api/content/PATH."""
    is_attachment = found.document_type == "html_publication"
    values: Json = {
        "base_path": found.path,
        "content_id": found.content_id,
        "document_type": found.document_type,
        "schema_name": found.schema,
        "locale": "en",
        "phase": "live",
        "title": edition.title,
        "description": edition.description or None,
        # An HTML attachment does not tell when it first appeared.
        "first_published_at": None if is_attachment else _stamp(found.published),
        "public_updated_at": _stamp(found.public(now)),
        "updated_at": utc(edition.at).strftime("%Y-%m-%dT%H:%M:%S.417Z"),
        "publishing_app": "whitehall",
        "rendering_app": "frontend",
        "withdrawn_notice": _withdrawn(edition),
        "details": _details(found, edition, known, now),
        "links": _links(found, known, now),
    }
    return as_json(values)


def as_page(found: GovukPage, edition: Edition, known: Known, now: datetime) -> StandInAnswer:
    """The page itself."""
    members = "".join(
        f'<li><a href="{member.path}">{shown(said.title)}</a></li>'
        for path in found.members
        if (member := known(path)) and (said := member.at(now))
    )
    files = "".join(
        f'<section class="gem-c-attachment"><h3><a href="{each.url}">{shown(each.title)}</a></h3></section>'
        for each in edition.attachments
    )
    notice = f'<section class="gem-c-notice"><h2>Withdrawn</h2><p>{shown(edition.withdrawn)}</p></section>'
    main = (
        f"{notice if edition.withdrawn else ''}<p>{DISPLAY.get(found.document_type, '')}</p>"
        f'<h1 class="govuk-heading-xl">{shown(edition.title)}</h1><p class="gem-c-lead-paragraph">'
        f'{shown(edition.description)}</p><dl class="gem-c-metadata"><dt>Published</dt><dd>{long_day(found.published)}'
        f"</dd><dt>Last updated</dt><dd>{long_day(found.public(now))}</dd></dl>{files}"
        f'<div class="govspeak">{edition.body}</div><ul>{members}</ul>{_history(found, now)}'
    )
    return StandInAnswer(200, page(edition.title, main, "GOV.UK"))


def _history(found: GovukPage, now: datetime) -> str:
    notes = "".join(
        f'<li><time datetime="{_stamp(edition.at)}">{long_day(edition.at)}</time><p>{shown(edition.note)}</p></li>'
        for edition in found.noted(now)
    )
    return f'<ol id="full-history">{notes}</ol>'


def _stamp(moment: datetime) -> str:
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _withdrawn(edition: Edition) -> Json:
    if not edition.withdrawn:
        return {}
    words = f'<div class="govspeak"><p>{shown(edition.withdrawn)}</p></div>'
    return {"explanation": words, "withdrawn_at": utc(edition.at).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _details(found: GovukPage, edition: Edition, known: Known, now: datetime) -> Json:
    body = edition.body if found.schema == "specialist_document" else f'<div class="govspeak">{edition.body}</div>'
    details: Json = {"body": body}
    if found.metadata:
        details["metadata"] = found.metadata
    if found.document_type == "html_publication":
        return details | {"public_timestamp": _stamp(edition.at), "first_published_version": len(found.editions) == 1}
    if found.schema == "speech":
        details["delivered_on"] = _stamp(found.published)
    # Speeches tell no history of their changes; the other types do, in the zone of London.
    if found.schema != "speech":
        history = [{"public_timestamp": london(each.at).isoformat(), "note": each.note} for each in found.noted(now)]
        details["change_history"] = history
    if edition.attachments:
        details["attachments"] = [_attachment(each) for each in edition.attachments]
        details["featured_attachments"] = [each.url for each in edition.attachments]
    if found.members:
        ids = [member.content_id for path in found.members if (member := known(path))]
        details["collection_groups"] = [{"title": "Documents", "documents": ids}]
    return details


def _attachment(each: Attachment) -> Json:
    if each.is_html:
        return {"attachment_type": "html", "id": each.url.rsplit("/", 1)[1], "title": each.title, "url": each.url}
    name = each.url.rsplit("/", 1)[1]
    return {
        "attachment_type": "file",
        "id": name,
        "title": each.title,
        "url": each.url,
        "filename": name,
        "content_type": each.content_type,
        "file_size": len(each.file),
        "number_of_pages": each.pages,
        "accessible": False,
    }


def _links(found: GovukPage, known: Known, now: datetime) -> Json:
    links: Json = {
        "organisations": [
            {"title": ORGANISATIONS[slug], "base_path": f"/government/organisations/{slug}", "locale": "en"}
            for slug in found.organisations
        ]
    }
    members = [_linked(member, now) for path in found.members if (member := known(path)) and member.at(now)]
    if members:
        links["documents"] = members
    above = known(found.parent) if found.parent else None
    if above and above.at(now):
        links["parent"] = [_linked(above, now)]
    return links


def _linked(found: GovukPage, now: datetime) -> Json:
    edition = found.at(now)
    assert edition is not None
    return {
        "content_id": found.content_id,
        "title": edition.title,
        "description": edition.description,
        "base_path": found.path,
        "api_path": f"/api/content{found.path}",
        "api_url": f"{_HOME}/api/content{found.path}",
        "web_url": f"{_HOME}{found.path}",
        "document_type": found.document_type,
        "schema_name": found.schema,
        "locale": "en",
        "public_updated_at": _stamp(found.public(now)),
    }
