"""What GOV.UK keeps: pages with all their versions, and the files that hang on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from tests.stand_ins.answer import PDF

ORGANISATIONS = {
    "department-of-health-and-social-care": "Department of Health and Social Care",
    "uk-health-security-agency": "UK Health Security Agency",
    "public-health-england": "Public Health England",
    "medicines-and-healthcare-products-regulatory-agency": "Medicines and Healthcare products Regulatory Agency",
}
DISPLAY = {
    "press_release": "Press release",
    "news_story": "News story",
    "speech": "Speech",
    "written_statement": "Written statement to Parliament",
    "oral_statement": "Oral statement to Parliament",
    "government_response": "Government response",
    "guidance": "Guidance",
    "correspondence": "Correspondence",
    "policy_paper": "Policy paper",
    "open_consultation": "Open consultation",
    "document_collection": "Collection",
    "medical_safety_alert": "Alert",
    "drug_safety_update": "Drug Safety Update",
}
SUPERGROUPS = {
    "news_and_communications": (
        "press_release",
        "news_story",
        "speech",
        "written_statement",
        "oral_statement",
        "government_response",
        "medical_safety_alert",
        "drug_safety_update",
    ),
    "policy_and_engagement": ("policy_paper", "open_consultation"),
    "guidance_and_regulation": ("guidance", "correspondence", "document_collection"),
}
_SCHEMAS = {
    "press_release": "news_article",
    "news_story": "news_article",
    "government_response": "news_article",
    "written_statement": "speech",
    "oral_statement": "speech",
    "medical_safety_alert": "specialist_document",
    "drug_safety_update": "specialist_document",
}


@dataclass(frozen=True)
class Attachment:
    """A file or an HTML page that hangs on a publication."""

    title: str
    url: str  # a path of www.gov.uk for an HTML page, else a whole address of the host for files
    file: bytes = b""
    content_type: str = PDF
    pages: int = 1

    @property
    def is_html(self) -> bool:
        """Whether it is a page of its own, not a file."""
        return self.url.startswith("/")


@dataclass(frozen=True)
class Edition:
    """What a page said from one moment on; without a note nobody is told, and no public date moves."""

    at: datetime
    title: str
    description: str = ""
    body: str = ""
    note: str = "First published."
    attachments: tuple[Attachment, ...] = ()
    withdrawn: str = ""  # the explanation, where this edition takes the page back


@dataclass(frozen=True)
class GovukPage:
    """A page of any type, with its whole history."""

    path: str
    document_type: str
    editions: Sequence[Edition]
    organisations: tuple[str, ...] = ("department-of-health-and-social-care",)
    parent: str = ""  # of an HTML attachment: the publication it hangs on
    members: tuple[str, ...] = ()  # of a collection: the paths of its documents
    metadata: dict[str, object] = field(default_factory=dict)

    @property
    def content_id(self) -> str:
        """Its identity, which outlives its address."""
        return str(uuid5(NAMESPACE_URL, f"https://www.gov.uk{self.path}"))

    @property
    def published(self) -> datetime:
        """When it first appeared."""
        return self.editions[0].at

    @property
    def schema(self) -> str:
        """The name of its schema."""
        return _SCHEMAS.get(self.document_type, self.document_type)

    @property
    def supergroup(self) -> str:
        """The group of types that finders ask for."""
        return next((name for name, types in SUPERGROUPS.items() if self.document_type in types), "other")

    def at(self, now: datetime) -> Edition | None:
        """What it says at this moment; nothing before it is published."""
        return next((edition for edition in reversed(self.editions) if edition.at <= now), None)

    def public(self, now: datetime) -> datetime:
        """When its public last changed: the newest edition that carries a note."""
        return max(edition.at for edition in self.editions if edition.at <= now and edition.note)

    def noted(self, now: datetime) -> list[Edition]:
        """The editions that carry a note, newest first."""
        return [edition for edition in reversed(self.editions) if edition.at <= now and edition.note]
