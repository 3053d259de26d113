"""The sentences of an Item as statements: where each stands, and whether it holds without a condition, and today."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.sentences import split_searchable
from watcher.core.language.word_lists import pattern
from watcher.model import Item

FIELDS = ("title", "summary", "text")
MAX_CHARACTERS_READ = 20_000  # of each field: a letter says what it wants on its first pages
MAX_HEADING_WORDS = 9
# A letter of the same clause ("14.5%" has a full stop), and where it ends: pieces of other patterns.
IN_CLAUSE, ENDS = r"(?:[^.;:?|]|[.:?](?=\w))", r"[.;:?!]?[\"”’']?\s*$|[;:?|] |\.[\"”’']? "
CLAUSE_END = rf"(?={ENDS})"
_NUMBERING = lazy_regex(r"^(?:\d{1,2}[.)]|\([a-z\d]\)|[a-z]\)|[-–—*•○])\s+")
_HARMLESS = (
    r"(?:(?:if|where|when|wherever|whenever) (?:possible|appropriate|applicable|necessary|required|needed|relevant"
    r"|practicable|clinically appropriate|(?:you|they|this|it) (?:have|has)(?: not|n['’]t)(?: already| yet)?)"
    r"|even (?:if|where)|whether or not|as soon as|once (?:a|per|only|every)|once,)"
)
_CONDITION_WORDS = (
    rf"(?!{_HARMLESS})(?<!even )(?:if|unless|in case|in the event|provided(?: that)?(?= [a-z ]{{2,40}} (?:is|are"
    rf"|have|has|you))|assuming"
    r"|only (?:where|if|when|once|after|following)|depending on|otherwise|whether"
    r"|should (?:you|they|a practice|practices) have|once)"
)
CONDITION = pattern(rf"\b{_CONDITION_WORDS}\b")
_OPENING_CONDITION = pattern(
    rf"^(?:\W|(?:and|but|also|please note that|note that|however|for example),? )*"
    rf"(?:(?!{_HARMLESS})(?:where|when|whenever|after|before you|for (?:those|practices|any)\b|provided)"
    rf"|{_CONDITION_WORDS})\b"
)
WISH = pattern(
    r"\b(?:wish(?:es|ing)?|want(?:s|ing)?|would like|prefer|choose|decide)(?: (?:you )?to| help| more)\b"
    r"|\bif interested\b"
)
# Told as it was, or as somebody had said before: nothing to act on now.
_HISTORY = pattern(
    r"\b(?:had (?:said|told|asked|been asked|announced|written)|(?:was|were) (?:previously|originally|first"
    r"|initially|then)"
    r"|previously (?:said|told|asked|announced|given)|used to|last (?:year|month|autumn|winter|spring|summer),"
    r"|(?:we|it|they) wrote to you in)\b|^(?:it|that letter|the letter) (?:had )?(?:asked|required|told) "
)
_TAKEN_BACK_BEFORE = pattern(
    r"\b(?:is|are|was|has been|have been) (?:now )?(?:withdrawn|cancelled|revoked|rescinded)\b"
)
QUESTION = pattern(r"\?\W*$")
_QUOTED = lazy_regex(r"[“\"‘](?P<said>[^”\"]{15,})|(?:^|\s)'(?P<short>[^']{15,})'")
# Whose words count though they are quoted: the body that has the say, and its letters.
_OF_A_BODY = pattern(
    r"\b(?:letter|bulletin|specification|guidance|notice|alert|message|statement of|NHS England|NHSE|UKHSA|DHSC|PCSE"
    r"|ICB|CCG"
    r"|agency|board|department|regulations?)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence (or one line of a list) of an Item, word by word; `field` has it.

    `heading` is the last short line above it; `lead` the line that introduces the list it stands in, such as "We ask
    practices to:". `after_withdrawal`: the sentence before it takes something back.
    """

    field: str
    text: str
    heading: str = dataclass_field(default="", compare=False)
    lead: str = dataclass_field(default="", compare=False)
    after_withdrawal: bool = dataclass_field(default=False, compare=False)

    @property
    def words(self) -> str:
        """The sentence without the number or bullet before it."""
        return _NUMBERING.sub("", self.text)

    @property
    def is_member(self) -> bool:
        """Whether it is a line of a list."""
        return bool(_NUMBERING.match(self.text))

    @property
    def is_conditional(self) -> bool:
        """Whether what it says holds only under a condition that it names, or for those who wish something."""
        return is_conditional(self.words)

    @property
    def is_past(self) -> bool:
        """Whether it tells what was said or asked before."""
        return bool(_HISTORY.search(self.words)) and (self.after_withdrawal or not self.words.startswith("It "))

    @property
    def is_question(self) -> bool:
        """Whether it only asks."""
        return bool(QUESTION.search(self.text))

    def is_quoted(self, position: int) -> bool:
        """Whether the words at `position` are in quotation marks, and not those of a body that has the say."""
        match = next((match for match in _QUOTED.finditer(self.text) if match.start() <= position < match.end()), None)
        return match is not None and not _OF_A_BODY.search(self.text[: match.start()] + self.text[match.end() :])


# A task that a sentence names only to say that it is none, is off, is not settled, or is another nation's.
_NO_TASK = pattern(
    r"^(?:no|neither|none of|few|not all)(?: of)?(?: the)? (?:\w+ ){0,2}(?:practices?|surger\w+|contractors?)\b"
    r"|\b(?:no|nothing|never)\b[^.;:]{0,40}\b(?:requirement|obligation|expectation|duty|rule|means?|implies|suggests)\b"
    r"|\bnot (?:the case|true|correct|mean|a requirement|an obligation)\b|\bno longer (?:believes?|asks?|asked"
    r"|expects?|expected)\b"
    r"|\b(?:requirement|rule|proposal|plan|obligation|idea|duty)s?\b[^.;:]{0,140}\b(?:is|are|was|were"
    r"|been) (?:now )?(?:suspended"
    r"|dropped|scrapped|withdrawn|paused|lifted|removed|abandoned|rejected)\b"
    r"|^if (?:this is |it is )?(?:agreed|approved|accepted|adopted|passed)\b"
    r"|\b(?:draft|proposed) (?:regulations?|rules?|guidance|specification|contract)\b"
    r"|\bsubject to (?:\w+ ){0,2}(?:approval|parliament|consultation|negotiations?|ratification|agreement"
    r"|legislation)\b"
    r"|\b(?:practices?|surger\w+|gps?|contractors?|managers?) (?:in|across) (?:scotland|wales|northern ireland)\b"
    r"(?!(?: (?:and|or)|,)[^.;:]{0,30} england\b)"
    r"|\b(?:scottish|welsh|northern irish) (?:gp |general )?(?:practices?|surger\w+|gps?|contractors?)\b"
)


def names_no_task(words: str) -> bool:
    """Whether the words name a task only to say that it is none, is off, is not settled yet, or is not England's."""
    return bool(_NO_TASK.search(words))


def is_conditional(words: str) -> bool:
    """Whether the words hold only under a condition that they name, or for those who wish something."""
    return bool(_OPENING_CONDITION.search(words) or CONDITION.search(words) or WISH.search(words))


def read_statements(item: Item) -> tuple[Statement, ...]:
    """The statements of title, summary and text, in their order."""
    return tuple(statement for name in FIELDS for statement in _read_field(name, getattr(item, name)))


def _read_field(name: str, text: str) -> Iterator[Statement]:
    heading = lead = ""
    after_withdrawal = False
    for line in text[:MAX_CHARACTERS_READ].splitlines():
        sentences = list(split_searchable(line))
        is_member = bool(_NUMBERING.match(line.strip()))
        for sentence in sentences:
            yield Statement(name, sentence, heading, lead if is_member else "", after_withdrawal)
            after_withdrawal = bool(_TAKEN_BACK_BEFORE.search(sentence))
        if sentences and sentences[-1].endswith((":", " to", "…")):
            lead = sentences[-1]
        elif len(sentences) == 1 and _is_heading(sentences[0]):
            heading, lead = sentences[0], ""
        elif sentences and not is_member:
            lead = ""


def _is_heading(line: str) -> bool:
    return len(line.split()) <= MAX_HEADING_WORDS and line[-1] not in ".;,!" and not _NUMBERING.match(line)


def with_headline_apart(item: Item) -> Item:
    """`item` with its headline on a line of its own in the text: pages run on without a full stop after it."""
    if not item.title or item.title not in item.text:
        return item
    before, title, after = item.text.partition(item.title)
    return replace(item, text=f"{before}\n{title}\n{after}")
