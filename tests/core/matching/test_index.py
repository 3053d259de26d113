"""Finding the Topics of an Item. All headlines are ours, in the manner of those that a practice manager sees."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from watcher.core.matching.index import TopicIndex
from watcher.core.matching.lint import lint_topics, term_mistakes
from watcher.core.matching.term_syntax import BadTerm, parse_term
from watcher.model import Evidence, Guard, Item, Match, Prominence, Relevance, Signal, Topic, Trust, Veto

STEADY = settings(deadline=None, derandomize=True, max_examples=150)
FLU = Topic(
    id="flu",
    name="Flu vaccination",
    any=("flu jab", "influenza vaccin*", "flu ~6 eligib*", "over 50 ~8 flu"),
    unless=("bird flu", "avian flu"),
)
PARTNERS = Topic(id="partners", name="Partnership schemes", any=("partnership ~4 scheme", "golden hello"))


def headline(title: str, summary: str = "", text: str = "") -> Item:
    return Item(source="press", identity="1", url="https://press.example/1", title=title, summary=summary, text=text)


def topics_of(title: str, *topics: Topic) -> list[str]:
    return [match.topic for match in TopicIndex(topics or (FLU, PARTNERS)).topics_of(headline(title))[0]]


def finds(term: str, text: str) -> bool:
    return topics_of(text, Topic(id="t", name="T", any=(term,))) == ["t"]


def test_an_item_matches_with_the_words_that_made_it_match_in_each_field() -> None:
    item = headline(
        "Over-50s to get free flu jab from 1 December",
        summary="Ministers say who is eligible for a flu vaccine this winter.",
        text="Order influenza vaccines by the end of March.",
    )
    expected = (
        Match(
            topic="flu",
            evidence=(
                Evidence(field="title", text=item.title, term="over 50 ~8 flu", words="Over-50s to get free flu"),
                Evidence(field="title", text=item.title, term="flu jab", words="flu jab"),
                Evidence(field="summary", text=item.summary, term="flu ~6 eligib*", words="eligible for a flu"),
                Evidence(field="text", text=item.text, term="influenza vaccin*", words="influenza vaccines"),
            ),
        ),
    )
    matches, vetoes = TopicIndex([FLU, PARTNERS]).topics_of(item)
    by_words = tuple(
        Match(topic=each.topic, evidence=tuple(sorted(each.evidence, key=lambda one: (one.field != "title", one.text))))
        for each in matches
    )
    assert (by_words, vetoes) == (expected, ())


def test_a_veto_stops_a_topic_and_is_named() -> None:
    item = headline("Bird flu: who is eligible for the flu jab for poultry workers")
    assert TopicIndex([FLU]).topics_of(item) == (
        (),
        (Veto(topic="flu", by=Evidence(field="title", text=item.title, term="bird flu", words="Bird flu")),),
    )


def test_a_veto_for_a_topic_that_nothing_called_for_is_not_worth_a_word() -> None:
    assert TopicIndex([FLU]).topics_of(headline("Bird flu housing order from Thursday")) == ((), ())


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("flu jab", "Flu-jabs for all"),
        ("flu jab", "the FLU jab"),
        ("flu jab", "‘Flu’ jab"),
        ("over 50", "over-50s"),
        ("eligibility", "Eligibilities"),
        ("gp contract", "the GP’s contract"),
        ("gps contract", "GP contract"),
        ("20000", "£20,000 each"),
        ("vaccin*", "revised vaccination plan"),
        ("influenza vaccin*", "influenza vaccines"),
    ],
)
def test_plural_hyphen_case_and_quotes_do_not_matter(term: str, text: str) -> None:
    assert finds(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("flu jab", "jab flu"),
        ("flu jab", "flu or jab"),
        ("flu", "influenza fluid"),
        ("vaccin*", "revaccination"),
        ("20000", "£20,0001"),
        ("cat", "catalogue"),
    ],
)
def test_words_are_whole_and_in_order(term: str, text: str) -> None:
    assert not finds(term, text)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("flu a b c d e eligible", True),  # the sixth word after
        ("flu a b c d e f eligible", False),
        ("eligible a b c d e flu", True),
        ("eligible a b c d e f flu", False),
        ("flu eligible", True),
    ],
)
def test_six_words_apart_is_near_and_seven_is_not_in_either_order(text: str, *, near: bool) -> None:
    assert finds("flu ~6 eligib*", text) is near


def test_nearness_is_counted_from_phrase_to_phrase_and_may_be_chained() -> None:
    assert finds("over 50 ~2 flu jab ~2 december", "from 1 December a flu jab for over 50s")
    assert not finds("over 50 ~2 flu jab ~1 december", "from December the free flu jab for over 50s")


def test_one_word_is_not_near_itself() -> None:
    assert (finds("flu ~6 flu", "flu season"), finds("flu ~6 flu", "flu, flu")) == (False, True)


def test_the_first_place_is_the_evidence() -> None:
    item = headline("x", text="one two three four flu jab five six seven eight flu jab nine")
    ((match,), _) = TopicIndex([FLU]).topics_of(item)
    assert match.evidence == (Evidence(field="text", text=item.text, term="flu jab", words="flu jab"),)


def test_a_common_word_does_not_hide_a_phrase_at_the_end_of_a_long_letter() -> None:
    text = "The practice said so. " * 2_000 + "Every practice manager must reply, and practice staff by the deadline."
    managers = Topic(id="managers", name="Managers", any=("practice manager", "practice ~5 deadline"))
    ((match,), _) = TopicIndex([managers]).topics_of(headline("Contract letter", text=text))
    assert {each.term for each in match.evidence} == set(managers.any)


def test_a_page_of_one_word_costs_no_more_than_a_page() -> None:
    text = "flu jab " * 12_000
    nearby = Topic(id="near", name="Near", any=("flu ~50 jab ~50 flu ~50 jab", "flu ~50 eligib*"))
    matches, _ = TopicIndex([nearby]).topics_of(headline("x", text=text))
    assert [each.topic for each in matches] == ["near"]


# What a naive rule does, after the measurements on two real news days: headlines of our own in their manner.
@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Most people in England to be offered flu vaccine: everyone over 50, say ministers", ["flu"]),
        ("Woman still suffering years after catching swine flu", []),
        ("The front pages: vaccine joy and pay blow", []),
        ("Golden hello for GP partners to end", ["partners"]),
        ("New to partnership payment scheme closes", ["partners"]),
        ("Firms in partnership on rail scheme", ["partners"]),
        ("Rail ticket scheme to close", []),
    ],
)
def test_a_headline_finds_its_topics(title: str, expected: list[str]) -> None:
    assert topics_of(title) == expected


def test_no_topics_match_nothing() -> None:
    assert TopicIndex([]).topics_of(headline("Flu jab")) == ((), ())


def test_each_unreadable_term_is_named_by_its_place() -> None:
    assert term_mistakes(["flu jab", "v*", "flu ~99 jab"]) == [
        (1, "'v*' would match nearly everything; give at least 2 letters before '*'"),
        (2, "~99 is not between ~1 and ~50"),
    ]


def test_an_index_refuses_a_term_that_cannot_be_read() -> None:
    with pytest.raises(BadTerm):
        TopicIndex([Topic(id="t", name="T", any=("v*",))])


# --- rules for all texts ------------------------------------------------------------------------------------------

TERMS = ("flu jab", "flu ~3 eligib*", "over 50 ~4 flu", "vaccin*", "a ~2 b ~2 a", "straße", "20000", "gp")
BITS = st.sampled_from(
    [
        "Flu",
        "flu,",
        "jabs",
        "eligible",
        "over-50s",
        "Vaccines",
        "a",
        "b",
        "A-B",
        "STRASSE",
        "£20,000",
        "GP’s",
        "é",
        "ﬂu",
    ]
)
TEXTS = st.lists(BITS | st.text(max_size=4), max_size=25).map(" ".join)


@STEADY
@given(TEXTS)
def test_a_terms_evidence_is_found_again_in_the_items_words(text: str) -> None:
    topic = Topic(id="t", name="T", any=TERMS)
    index = TopicIndex([topic])
    for match in index.topics_of(headline(text))[0]:
        for evidence in match.evidence:
            again = TopicIndex([Topic(id="t", name="T", any=(evidence.term,))]).topics_of(headline(evidence.text))[0]
            assert [each.topic for each in again] == ["t"], evidence
    assert index.topics_of(headline(text)) == TopicIndex([topic]).topics_of(
        headline(text)
    )  # what it remembers changes nothing


def naive(term: str, text: list[str]) -> bool:
    """The same question asked of every place in turn, slowly."""
    parsed = parse_term(term)
    spots = [
        [
            (at, at + len(phrase))
            for at in range(len(text))
            if tuple(text[at : at + len(phrase)]) == tuple(word.stem for word in phrase)
        ]
        for phrase in parsed.phrases
    ]
    reached = [(one[0], one[1], [one]) for one in spots[0]]
    for gap, others in zip(parsed.gaps, spots[1:], strict=True):
        reached = [
            (min(one[0], two[0]), max(one[1], two[1]), [*one[2], two])
            for one in reached
            for two in others
            if any(left[1] <= right[0] < left[1] + gap for left, right in ((one, two), (two, one)))
            or (
                one[0] <= two[0] and two[1] <= one[1] and all(two[1] <= part[0] or part[1] <= two[0] for part in one[2])
            )
        ]
    return bool(reached)


LETTERS = st.lists(st.sampled_from("abcd"), max_size=60)
SIMPLE = st.sampled_from(["a b", "a ~1 b", "a ~3 d", "a b ~2 c", "c ~4 a b", "a ~2 b ~2 c", "d d ~5 a a"])


@STEADY
@given(SIMPLE, LETTERS)
def test_the_index_answers_like_the_slow_way(term: str, text: list[str]) -> None:
    assume(text)
    assert finds(term, " ".join(text)) == naive(term, text)


# --- sets, fields, company, exceptions, guards, signals -----------------------------------------------------------

SETS = {"flu": ("flu", "influenza"), "gp": ("gp", "general practice")}
WEAK = Topic(
    id="cohorts",
    name="Cohorts",
    any=("{flu} ~4 jab",),
    weak=("title: cohort",),
    needs=("{flu}",),
    unless=("bird flu",),
    but=("{gp} ~6 jab",),
    publishers=("PCSE",),
)
ELSEWHERE = Guard(id="elsewhere", name="Other countries", unless=("Wales",), but=("England", "publisher: England"))


def about(title: str, publisher: str = "", summary: str = "") -> str:
    """The topic, or what stopped it."""
    matches, vetoes = TopicIndex([WEAK], [ELSEWHERE], SETS).topics_of(headline(title, summary), publisher)
    return " ".join([each.topic for each in matches] + [f"not: {each.guard or each.by.words}" for each in vetoes])


@pytest.mark.parametrize(
    ("title", "publisher", "summary", "expected"),
    [
        ("Influenza jab for all", "", "", "cohorts"),
        ("New cohort named", "", "", ""),
        ("New cohort named", "", "For influenza this winter.", "cohorts"),
        ("News", "", "A new cohort for influenza.", ""),
        ("New cohort named", "PCSE", "", "cohorts"),
        ("Bird flu jab", "", "", "not: Bird flu"),
        ("Bird flu jab at the GP", "", "", "cohorts"),
        ("Flu jab in Wales", "", "", "not: elsewhere"),
        ("Flu jab in Wales", "NHS England", "", "cohorts"),
        ("Flu jab in Wales and England", "", "", "cohorts"),
    ],
)
def test_words_count_in_company_and_vetoes_have_exceptions(
    title: str, publisher: str, summary: str, expected: str
) -> None:
    assert about(title, publisher, summary) == expected


def test_signals_are_summed_each_once_and_say_by_which_words() -> None:
    signals = [
        Signal(id="practice", name="Practices", points=2, any=("title: {gp}",)),
        Signal(id="rumour", name="Rumour", points=-1, any=("could", "may")),
    ]
    index = TopicIndex([FLU], sets=SETS, signals=signals)
    item = headline("GPs could give a flu jab, and may", summary="GP teams say so.")
    assert index.relevance(item) == Relevance(
        points=1,
        signals=(
            ("practice", Evidence(field="title", text=item.title, term="title: {gp}", words="GPs")),
            ("rumour", Evidence(field="title", text=item.title, term="could", words="could")),
        ),
    )


@pytest.mark.parametrize(
    ("term", "cure"),
    [
        (
            "tittle: flu",
            "'tittle:' is no field of an item; write title:, lead:, text: or publisher:, or leave the colon out",
        ),
        ("{flue} jab", "there is no set {flue}; did you mean {flu}?"),
        ("{flu jab", "'{flu jab' has a brace without its partner; write {name of a set}, with spaces around it"),
    ],
)
def test_a_term_that_cannot_be_read_says_what_to_write(term: str, cure: str) -> None:
    assert term_mistakes([term], SETS) == [(0, cure)]


@pytest.mark.parametrize(
    "text",
    [
        "autumn covid vaccine",
        "autumn vaccine for covid",
        "covid vaccine this autumn",
        "covid autumn vaccine",
        "vaccine covid autumn",
        "vaccine this autumn for covid",
    ],
)
def test_three_words_near_each_other_may_stand_in_any_order(text: str) -> None:
    assert finds("autumn ~4 covid ~4 vaccin*", text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("list size", "List sizes fall"),
        ("pay freeze", "Pay freezes end"),
        ("tranche", "Two tranches paid"),
        ("coronavirus", "Coronaviruses"),
        ("epipen", "Recall of EpiPen™ pens"),
        ("flu", "A headline on flu¹ with a footnote"),
    ],
)
def test_plurals_and_marks_make_no_difference(term: str, text: str) -> None:
    assert finds(term, text)


def test_a_field_needs_its_space_and_a_set_holds_words_only() -> None:
    assert term_mistakes(["title:capita"]) == [
        (0, "'title:capita' has no space after 'title:'; put one, as in 'title: flu jab'")
    ]
    assert term_mistakes(["a ~3 b"], words_only=True) == [
        (0, "'a ~3 b' is more than words; a set holds words, and `~` and `title:` stand in terms")
    ]


def test_a_veto_for_titles_forbids_no_term_that_may_stand_in_a_text() -> None:
    assert list(lint_topics([Topic(id="t", name="T", any=("gp survey",), unless=("title: survey",))])) == []
    assert [at for _, _, at, _ in lint_topics([Topic(id="t", name="T", any=("gp survey",), unless=("survey",))])] == [0]


def test_a_term_that_stands_twice_does_nothing_the_second_time() -> None:
    topic = Topic(id="t", name="T", any=("flu jab", "vaccine", "flu jab"), weak=("clinic", "vaccine"), needs=("flu",))
    assert list(lint_topics([FLU, topic])) == [
        (1, "any", 2, "'flu jab' stands in 'any' already; take one of them out"),
        (1, "weak", 1, "'vaccine' stands in 'any' already; take one of them out"),
    ]


# --- sets of sets, sentences, abbreviations, and where in an item a term stands ------------------------------------

FAMILIES = {
    "flu": ("flu", "influenza"),
    "practice": ("gp", "general practice"),
    "people": ("{practice} staff", "receptionist", "over 65"),
    "medicine": ("*cillin", "insulin"),
    "everybody": ("{people}", "{practice}"),
}


def finds_in(term: str, **fields: str) -> bool:
    item = headline(fields.pop("title", "x"), **fields)
    return bool(TopicIndex([Topic(id="t", name="T", any=(term,))], sets=FAMILIES).topics_of(item)[0])


@pytest.mark.parametrize(
    ("term", "title", "expected"),
    [
        ("{people} ~3 {flu}", "General practice staff to have flu jabs", True),
        ("{people} ~2 {flu}", "Influenza: over-65s first", True),
        ("{people} ~2 {flu}", "General practice and flu", False),
        ("{everybody} ~3 {flu}", "General practice and flu", True),
        ("{everybody} ~3 {flu}", "Flu: what receptionists say", True),
        ("{practice} contract", "The general practice contract", True),
        ("{medicine} shortage", "Amoxicillin shortage", True),
        ("{medicine} shortage", "Cillin shortage", True),
        ("{medicine} shortage", "Medicine shortage", False),
    ],
)
def test_a_set_may_hold_phrases_other_sets_and_endings(term: str, title: str, *, expected: bool) -> None:
    assert finds_in(term, title=title) is expected


@pytest.mark.parametrize(
    ("term", "title", "expected"),
    [
        ("ARRS", "ARRS money", True),
        ("ARRS", "arrs money", True),
        ("ARRS", "Arr! A concert review", False),  # a plural of nothing
        ("PCN", "PCNs may hire", True),
        ("=PMS", "PMs meet", False),
        ("=PMS", "PMS contracts", True),
        ("=ICE", "ICE is down for practices", True),
        ("=ICE", "Ice on the roads", False),
        ("=PCN", "Two PCNs merge", True),
        ("=plans to", "Minister plans to widen it", True),
        ("=plans to", "Plan to improve access", False),
    ],
)
def test_abbreviations_are_whole_and_exact_words_exact(term: str, title: str, *, expected: bool) -> None:
    assert finds_in(term, title=title) is expected


def test_no_term_reaches_from_one_sentence_into_the_next_but_a_headline_is_one() -> None:
    apart = "We vaccinate against flu. Surgeries are open."
    assert (finds_in("flu ~ surger*", text=apart), finds_in("flu ~6 surger*", text=apart)) == (False, False)
    assert finds_in("flu ~ surger*", text="Against flu, all that we have said before stands, at surgeries.")
    assert finds_in("flu ~ surger*", title="Flu! Surgeries open")


@pytest.mark.parametrize(
    ("term", "fields", "expected"),
    [
        ("lead: flu jab", {"title": "Flu jab"}, True),
        ("lead: flu jab", {"summary": "A flu jab."}, True),
        ("lead: flu jab", {"text": "A flu jab."}, True),
        ("lead: flu jab", {"text": "A word. " * 50 + "A flu jab."}, False),
        ("title: flu jab", {"summary": "A flu jab."}, False),
        ("text: flu jab", {"title": "Flu jab"}, False),
    ],
)
def test_a_term_may_be_for_one_place(term: str, fields: dict[str, str], *, expected: bool) -> None:
    assert finds_in(term, **fields) is expected


def test_more_words_never_make_a_topic_less_prominent() -> None:
    topic = Topic(
        id="t", name="T", any=("local vaccination service",), weak=("title: jcvi",), needs=("title: guidance",)
    )
    index = TopicIndex([topic])
    for text in ("", LONG + "It names the local vaccination service."):
        ((match,), _) = index.topics_of(headline("JCVI guidance updated", text=text))
        assert match.prominence is Prominence.HEADLINE


def test_what_its_whole_source_is_about_makes_nothing_else_of_an_item_passing() -> None:
    bulletin = headline("Bulletin", text="Order the flu jab now.")
    matches, _ = TopicIndex([FLU, PARTNERS]).topics_of(bulletin, "PCSE", about=("partners",))
    assert [(match.topic, match.is_passing) for match in matches] == [("flu", False), ("partners", False)]


LONG = "Nothing of note. " * 40


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": "Flu jab"}, Prominence.HEADLINE),
        ({"summary": "The flu jab."}, Prominence.SUMMARY),
        ({"text": "The flu jab."}, Prominence.LEAD),
        ({"text": "The flu jab. Flu jabs again. More flu jabs."}, Prominence.SUMMARY),
        ({"text": LONG + "The flu jab."}, Prominence.MENTION),
        ({"text": LONG + "The flu jab. Flu jabs again. More flu jabs."}, Prominence.BODY),
    ],
)
def test_a_match_says_how_prominent_its_words_are(fields: dict[str, str], expected: Prominence) -> None:
    ((match,), _) = TopicIndex([FLU]).topics_of(headline(fields.pop("title", "x"), **fields))
    assert match.prominence is expected


def test_what_is_only_mentioned_gives_way_to_what_an_item_is_about_and_else_waits_for_the_digest() -> None:
    index = TopicIndex([FLU, PARTNERS], signals=[Signal(id="gp", name="GP", points=2, any=("gp",))])
    golden = headline("Golden hello", text=LONG + "And a flu jab for each GP.")
    about = [(match.topic, match.is_passing) for match in index.topics_of(golden)[0]]
    assert about == [("flu", True), ("partners", False)]
    mention = headline("GP news", text=LONG + "And a flu jab.")
    matches, _ = index.topics_of(mention)
    assert [match.topic for match in matches] == ["flu"]
    assert index.relevance(mention, trust=Trust.OFFICIAL, matches=matches).points == -1
    assert index.relevance(golden, trust=Trust.OFFICIAL, matches=index.topics_of(golden)[0]).points == 3


def test_what_stands_deep_in_a_text_is_no_veto_for_its_headline() -> None:
    index = TopicIndex([FLU])
    deep, top = (headline("The annual flu jab", text=words) for words in (LONG + "Bird flu.", "Bird flu. " + LONG))
    assert ([each.topic for each in index.topics_of(deep)[0]], index.topics_of(top)[0]) == (["flu"], ())


def test_a_signal_may_hold_for_some_tellers_and_without_terms_for_all_that_they_tell() -> None:
    signals = [
        Signal(id="press", name="The press", points=-3, trusts=(Trust.PRESS,)),
        Signal(id="rumour", name="Rumour", points=-1, any=("could",), trusts=(Trust.PRESS, Trust.TRADE)),
    ]
    index = TopicIndex([FLU], signals=signals)
    item = headline("Flu jabs could come")
    points = {trust: index.relevance(item, trust=trust).points for trust in (Trust.PRESS, Trust.TRADE, Trust.OFFICIAL)}
    assert points == {Trust.PRESS: -4, Trust.TRADE: -1, Trust.OFFICIAL: 1}


def test_a_topic_may_ask_for_more_or_less() -> None:
    index = TopicIndex([FLU, Topic(id="covid", name="Covid", any=("covid jab",), points=-2)])
    points = []
    for title in ("Flu jab", "Covid jab", "Flu jab, Covid jab"):
        item = headline(title)
        points.append(index.relevance(item, matches=index.topics_of(item)[0]).points)
    assert points == [0, -2, 0]


# --- what a whole source is about, and for whom -------------------------------------------------------------------


def test_what_a_source_is_about_matches_whatever_it_gives_unless_vetoed() -> None:
    index = TopicIndex((FLU, PARTNERS))
    product, bird = headline("Estradot 25 microgram patches"), headline("Bird flu found at a farm")
    matches, vetoes = index.topics_of(product, "NHSBSA", about=("flu",))
    assert [(match.topic, match.evidence) for match in matches] == [
        ("flu", (Evidence(field="source", text="NHSBSA", term="about"),))
    ]
    assert vetoes == ()
    matches, vetoes = index.topics_of(bird, "NHSBSA", about=("flu",))
    assert (matches, [veto.topic for veto in vetoes]) == ((), ["flu"])
    assert index.topics_of(product, "NHSBSA") == ((), ())


def test_whom_a_source_is_for_moves_the_points_of_its_items() -> None:
    index = TopicIndex((FLU,))
    item = headline("Flu jab for everyone")
    words = "nation: scotland"
    source = Evidence(field="source", text=words, words=words, term=words)
    assert index.relevance(item, trust=Trust.OFFICIAL, of_source={words: -5}) == Relevance(
        points=-4, signals=(("source", source),)
    )
