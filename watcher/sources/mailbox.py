"""Bulletins by e-mail: the mails of some senders in a shared mailbox (IMAP), each announcement of one an Item.

Nothing in the mailbox is changed, no link of a mail is followed, and no image loaded.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from watcher.core.decoding.json_answers import object_of
from watcher.core.language.region_text import read_region, with_headings, write_region
from watcher.core.language.text import clean_title, title_key
from watcher.core.letters.letter import as_letter
from watcher.core.mail.batch import ReceivedMail, unpack_batch
from watcher.core.mail.content import MailContent, parse_headers, read_mail, without_address, without_recipients
from watcher.core.mail.links import find_address
from watcher.core.mail.senders import claimed_sender, is_proven, is_unambiguous
from watcher.core.watching.proof import Claim
from watcher.errors import NotParsed
from watcher.model import (
    MAIL_IDENTITY,
    UNPROVEN_IDENTITY,
    Fault,
    Item,
    Line,
    LineKind,
    MailRequest,
    ParseResult,
    Region,
    Response,
    SourceState,
    key,
)
from watcher.model.options import Sender, SigningDomain
from watcher.model.source import IS_BEHIND
from watcher.sources.base import Source, Visit

if TYPE_CHECKING:
    from watcher.core.mail.sections import MailSection

MAX_WAIT_FOR_SIGNATURE = timedelta(hours=1)  # while the name server of its sender is away
SUBSCRIBE = "subscribe to them (docs/bulletins.md)"
UNKNOWN_RHYTHM = timedelta(minutes=15)  # `every: auto` before the first mail
MAX_REQUESTS_AT_FIRST, MAX_NAME_CHARACTERS = 5, 120
MAX_MAILS, MAX_TRIALS = 20, 2  # of one poll; to read the text of a mail that its reader fails on


@dataclass(frozen=True, kw_only=True)
class Mailbox(Source):
    """The mails of one publisher. `senders`: addresses, or "@domain"; `signed_by`: more domains that sign for them.

    The mailbox itself is a setting, WATCHER_IMAP_URL; `folder` is one of its folders.
    """

    url: Literal[""] = ""
    senders: Annotated[tuple[Sender, ...], Field(min_length=1)]
    signed_by: tuple[SigningDomain, ...] = ()
    folder: Annotated[str, Field(min_length=1)] = "INBOX"
    asks_further: ClassVar[bool] = True  # each look answers with what is new since the last

    @property
    def claim(self) -> Claim:
        """Each mail proves itself; of the mailbox there is nothing to prove but that one came."""
        return replace(super().claim, is_list=False)

    @property
    def try_every(self) -> timedelta:
        """A look at a mailbox costs its server nothing, and the first mail may want something within a day."""
        return self.every or UNKNOWN_RHYTHM

    def visit(self, state: SourceState) -> Visit:
        """The mails since the last look; at the first one those of the last weeks."""
        is_first = state.last_success is None
        answers: list[Response] = []
        request = self._first_request(state)
        for _ in range(MAX_REQUESTS_AT_FIRST if is_first else 1):
            answers.append((yield request))
            batch = unpack_batch(answers[-1].body)
            if not batch.has_more:
                break
            request = replace(request, validity=batch.validity, after=batch.last, goes_on=True)
        result = self._read_answers(answers, state)
        if is_first and self.is_auto and all(item.is_unproven for item in result.items):
            unsigned = f"; {len(result.items)} that are not signed by them" if result.items else ""
            why = f"no mail came from {', '.join(self.senders)} in the last weeks{unsigned}"
            raise NotParsed(f"{why}: {_cure(answers) if result.items else SUBSCRIBE}")
        return replace(result, only_changes=not is_first)

    def news_since(self, state: SourceState) -> datetime | None:
        """Of a mailbox that was empty of them at the last look, the first mail is news, and not what was there."""
        was_looked_at = state.last_success is None and state.fault is Fault.SUSPECT
        return state.last_poll if was_looked_at else state.last_success

    def _first_request(self, state: SourceState) -> MailRequest:
        is_broken = state.fault is Fault.SUSPECT and state.last_success is not None
        return MailRequest(
            url=f"imaps://mailbox/{self.folder}",
            folder=self.folder,
            senders=self.senders,
            signed_by=self.signed_by,
            validity=int(state.memory.get("validity") or 0),
            after=int(state.memory.get("uid") or 0),
            # By one of the mails: each is read alone, until that one is behind us.
            max_mails=1 if is_broken else MAX_MAILS,
            headers_only=is_broken and state.failures >= MAX_TRIALS,
        )

    def reads_page_of(self, item: Item) -> bool:
        """What a mail leads to is read as elsewhere; most lead nowhere."""
        return bool(item.url) and super().reads_page_of(item)

    def parse(self, response: Response) -> ParseResult:
        """The Items of the mails of one look, or of one mail. Raises NotParsed for anything else."""
        return self._read_answers([response], None)

    def _read_answers(self, answers: Sequence[Response], state: SourceState | None) -> ParseResult:
        batches = [unpack_batch(answer.body) for answer in answers]
        newest, now = batches[-1], answers[-1].fetched_at
        waits = _Waits.of(state, newest.validity, now)
        mails = [mail for batch in batches for mail in batch.mails]
        ready = [mail for mail in mails if mail.signed_by is not None or not waits.must_wait(mail.uid)]
        read, quarantined = self.read_each(ready, self._read if newest.validity else self._read_alone)
        problems = [problem for mail in read for problem in mail.problems]
        problems += ["a mail waits until the signature of its sender can be checked"] * (len(mails) - len(ready))
        problems += ["more mails wait: the next look goes on with them"] * newest.has_more
        read_from = _distinct((item, mail) for mail in read for item in mail.items)
        return ParseResult(
            items=tuple(item for item, _ in read_from),
            problems=tuple(problems),
            quarantined=tuple(quarantined),
            item_pages={item.identity: mail.as_page(answers[-1]) for item, mail in read_from},
            only_changes=True,
            memory=waits.memory(
                newest.last, [mail.uid for mail in mails if mail not in ready], has_more=newest.has_more
            ),
        )

    def _read(self, mail: ReceivedMail) -> "_ReadMail":
        """One of many mails: what makes it none of ours is said, and the others go on."""
        try:
            return self._read_alone(mail)
        except NotParsed as error:
            return _ReadMail(body=mail.body, problems=(f"a mail was left out: {error.why}",))

    def _read_alone(self, mail: ReceivedMail) -> "_ReadMail":
        content, header = read_mail(mail.body), parse_headers(mail.body)
        sender, is_clear = claimed_sender(header, self.senders)
        if not sender:
            raise NotParsed("its sender is none of `senders`")
        signed_by = (mail.signed_by or ()) if is_clear and is_unambiguous(header) else ()
        proven = is_proven(sender, signed_by, self.signed_by)
        problems = list(content.problems)
        problems += (
            [] if proven else ["a mail is not signed by its sender's domain: it is told as unproven, without links"]
        )
        problems += ["the text of a mail cannot be read: it is too large, or breaks its reader"] if mail.is_cut else []
        items = self._list_items(content, sender, problems)
        items = (item if proven else _as_unproven(item) for item in items)
        return _ReadMail(body=mail.body, items=tuple(items), problems=tuple(problems))

    def _list_items(self, mail: MailContent, sender: str, problems: list[str]) -> Iterator[Item]:
        """The Items of a mail: itself where it announces one thing, else its announcements and its files."""
        from watcher.core.mail import mail_lines, plain_lines
        from watcher.core.mail.sections import MAX_SECTIONS, says_little, split_mail

        lines = mail_lines.read_html_lines(mail.html) if mail.html.strip() else mail_lines.MailLines()
        if mail.html.strip() and not lines.lines:
            problems.append("the HTML of a mail is too large to be read: its plain text was")
        lines = lines if lines.lines else plain_lines.read_plain_lines(mail.plain)
        itself, *sections = split_mail(mail.subject, lines)
        if itself.unsplit:
            problems.append(
                f"a mail announces more than {MAX_SECTIONS} matters: {itself.unsplit} stand in the mail itself"
            )
        whole = self._make_mail_item(mail, sender, itself)
        letters = list(self._list_letters(mail, whole, problems))
        if not sections:
            yield with_letters(whole, letters)
            return
        if not says_little(itself, mail.subject):
            yield whole
        names: set[str] = set()
        for section in sections:
            item = self._make_mail_item(mail, sender, section)
            name = title_key(section.title)[:MAX_NAME_CHARACTERS]
            while name in names:
                name = _count_up(name)
            names.add(name)
            yield item.named(f"{whole.identity}/{name}")
        yield from letters

    def _make_mail_item(self, mail: MailContent, sender: str, section: "MailSection") -> Item:
        """The Item of a section, or of the whole mail; its address is one that surely is that of a page, or ""."""
        lines = (without_address(line) for line in section.text.split("\n") if line not in self.drop_text)
        title = section.title or mail.subject or self.name
        item = self.make_item(title=title, url="", base="", published=self.read_date(mail.date))
        assert item, "there is always a name"
        name = re.sub(r"[#/]", "-", mail.message_id) or key(sender, mail.date, mail.subject, mail.html, mail.plain)
        address = find_address(section.links, section.text, (sender.rpartition("@")[2], *self.hosts))
        return replace(item.named(f"{MAIL_IDENTITY}{name}"), url=address, text="\n".join(lines))

    def _list_letters(self, mail: MailContent, whole: Item, problems: list[str]) -> Iterator[Item]:
        """An Item for each PDF and Word file of a mail; its name is none that an announcement can have."""
        for number, file in enumerate(mail.files, 1):
            title = clean_title(re.sub(r"[_ ]+", " ", file.name.rpartition(".")[0])) or mail.subject or self.name
            item = replace(whole, title=title, url="").named(f"{whole.identity}/@{number}")
            try:
                yield as_letter(item, file.body)
            except NotParsed as error:
                problems.append(f"{title}: {error.why}")
                yield replace(item, text=f"{title}: {error.why}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waits:
    """Since when mails wait for their signatures to be checked, by UID; the others are not held up by them."""

    validity: int
    now: datetime
    since: Mapping[str, datetime]

    @classmethod
    def of(cls, state: SourceState | None, validity: int, now: datetime) -> "_Waits":
        """Those that are remembered of this mailbox."""
        memory = state.memory if state and state.memory.get("validity") == validity else {}
        remembered = {uid: datetime.fromisoformat(at) for uid, at in object_of(memory.get("waits")).items()}
        return cls(validity=validity, now=now, since=remembered)

    def must_wait(self, uid: int) -> bool:
        """Whether a mail may still be proven; one that cannot be for long is read unproven."""
        return self.validity > 0 and self.now < self.since.get(str(uid), self.now) + MAX_WAIT_FOR_SIGNATURE

    def memory(self, last: int, waiting: Sequence[int], *, has_more: bool) -> Mapping[str, Any]:
        """What the next look is to know: how far was read, and what waits; the first that waits is read again."""
        waits = {str(uid): self.since.get(str(uid), self.now).isoformat() for uid in waiting}
        read = {"validity": self.validity, "uid": min([last, *(uid - 1 for uid in waiting)]), "waits": waits}
        return read | ({IS_BEHIND: True} if has_more or waiting else {})


def _distinct(items: Iterable[tuple[Item, "_ReadMail"]]) -> list[tuple[Item, "_ReadMail"]]:
    """Each Item once, with its mail; two mails under one name are two."""
    by_identity: dict[str, tuple[Item, _ReadMail]] = {}
    for item, mail in items:
        twin = by_identity.get(item.identity)
        if twin is None:
            by_identity[item.identity] = (item, mail)
        elif twin[0] != item:
            second = item.named(f"{item.identity}~{key(item.title, item.text)[:8]}")
            by_identity[second.identity] = (second, mail)
    return list(by_identity.values())


def _count_up(name: str) -> str:
    """The next of several announcements under one headline."""
    begin, _, number = name.rpartition("~")
    return f"{begin}~{int(number) + 1}" if begin and number.isdigit() else f"{name}~2"


def _cure(answers: Sequence[Response]) -> str:
    """What to do where mails came and none is proven: often the server that judged them was not named."""
    judges = {mail.judged_by for answer in answers for mail in unpack_batch(answer.body).mails} - {""}
    if not judges:
        return "their sender signs them otherwise, or forwarding broke the signature (docs/bulletins.md)"
    named = ", ".join(sorted(judges)[:3])
    return f"if {named} is your own mail server, name it in WATCHER_IMAP_URL with ?server={min(judges)}"


def _as_unproven(item: Item) -> Item:
    """An Item of a mail that anybody may have written: without links, and under a name that no true one has."""
    name = item.identity.removeprefix(MAIL_IDENTITY)
    return replace(item.named(f"{UNPROVEN_IDENTITY}{name}"), is_unproven=True, url="")


def with_letters(item: Item, letters: Sequence[Item]) -> Item:
    """A mail with the words of its files below its own: what it announces stands in them."""
    lines = list(read_region(item.text).lines)
    for letter in letters:
        lines += [Line(kind=LineKind.HEADING, text=letter.title), *read_region(letter.text).lines]
    return replace(item, text=write_region(Region(lines=tuple(with_headings(lines))))) if letters else item


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadMail:
    """What was read of a mail, and its bytes."""

    body: bytes
    items: tuple[Item, ...] = ()
    problems: tuple[str, ...] = ()

    def as_page(self, response: Response) -> Response:
        """The mail alone, as what its Items were read from; without whom it was sent to."""
        address = self.items[0].identity.partition("/")[0]
        headers = {"content-type": "message/rfc822"}
        return replace(
            response, url=address, requested_url=address, body=without_recipients(self.body), headers=headers
        )
