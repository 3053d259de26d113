"""The term language of topics.yaml: what one line means, and what is said of a line that means nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.matching.term_syntax import BadTerm, Form, Term, Word, parse_term

NO_PATTERN = "has no meaning here, patterns are not terms; write a term for each wording, and * where a word may go on"

STEADY = settings(deadline=None, derandomize=True, max_examples=150)


@pytest.mark.parametrize(
    ("literal", "phrases", "gaps"),
    [
        ("flu jab", ((Word("flu"), Word("jab")),), ()),
        ("Flu-Jabs", ((Word("flu"), Word("jab")),), ()),
        ("over-50s", ((Word("over"), Word("50")),), ()),
        ("£20,000", ((Word("20000"),),), ()),
        ("GP’s contract", ((Word("gp"), Word("contract")),), ()),
        ("influenza vaccin*", ((Word("influenza"), Word("vaccin", Form.BEGINNING)),), ()),
        ("flu ~6 eligib*", ((Word("flu"),), (Word("eligib", Form.BEGINNING),)), (6,)),
        ("over 50 ~8 flu ~3 jab", ((Word("over"), Word("50")), (Word("flu"),), (Word("jab"),)), (8, 3)),
        ("flu ~ jab", ((Word("flu"),), (Word("jab"),)), (50,)),  # within a sentence
        ("ARRS money", ((Word("arrs", Form.ABBREVIATION), Word("money")),), ()),
        ("=plans to", ((Word("plans", Form.EXACT), Word("to")),), ()),
        ("=ICE", ((Word("ice", Form.CAPITALS),),), ()),
        ("*cillin", ((Word("cillin", Form.ENDING),),), ()),
    ],
)
def test_a_line_is_words_in_order_and_how_near_they_stand(
    literal: str, phrases: tuple[tuple[Word, ...], ...], gaps: tuple[int, ...]
) -> None:
    assert parse_term(literal) == Term(literal, phrases, gaps)


@pytest.mark.parametrize(
    ("literal", "anchor"),
    [
        ("flu ~6 eligib*", Word("flu")),  # a whole word is looked up faster than the beginning of many
        ("the enhanced service", Word("enhanced")),
        ("vaccin* ~3 immunis*", Word("immunis", Form.BEGINNING)),
    ],
)
def test_a_term_is_looked_up_by_its_longest_whole_word(literal: str, anchor: Word) -> None:
    assert parse_term(literal).anchor == anchor


@pytest.mark.parametrize(
    ("literal", "complaint"),
    [
        ("", "'' has no words on one side; write words, for example 'flu ~6 eligib*'"),
        ("~6 flu", "'~6 flu' has no words on one side; write words, for example 'flu ~6 eligib*'"),
        ("flu ~6", "'flu ~6' has no words on one side; write words, for example 'flu ~6 eligib*'"),
        ("flu ~0 jab", "~0 is not between ~1 and ~50"),
        ("flu ~51 jab", "~51 is not between ~1 and ~50"),
        ("flu~6jab", "'~' in 'flu~6jab' has no meaning here; put spaces around '~6'"),
        ("flu|jab", "'|' in 'flu|jab' has no meaning here; write two terms"),
        ("[Ff]lu", "'[' in '[Ff]lu' has no meaning here; patterns are not terms"),
        ("vac*ine", "'*' in 'vac*ine' must be the end of its word, or the beginning of a single one"),
        ("(a+)+$ *", f"'$' in '(a+)+$' {NO_PATTERN}"),  # fault 125: a pattern is refused, it cannot run away
        ("flu.*jab", f"'.*' in 'flu.*jab' {NO_PATTERN}"),
        ("^flu jab", f"'^' in '^flu' {NO_PATTERN}"),
        ("flu jabs?", f"'?' in 'jabs?' {NO_PATTERN}"),
        (r"\bflu", rf"'\\' in '\\bflu' {NO_PATTERN}"),
        ("flu jab+", f"'+' in 'jab+' {NO_PATTERN}"),
        ("vaccin(ation) date", f"'(' in 'vaccin(ation)' {NO_PATTERN}"),
        ("* jab", "'*' has no letter or digit"),
        ("*in", "'*in' would match nearly everything; give at least 3 letters after '*'"),
        ("*flu-jab", "'*' in '*flu-jab' must be the end of its word, or the beginning of a single one"),
        ("{gp} contract", "there is no set {gp}; there are: none"),
        ("= ICE", "'=' in '= ICE' stands before no word; write it at the word itself, as in '=ICE'"),
        ("={gp}", "'=' in '={gp}' stands before no word; write it at the word itself, as in '=ICE'"),
        ("v*", "'v*' would match nearly everything; give at least 2 letters before '*'"),
        ("— jab", "'—' has no letter or digit"),
        (" ".join("abcdefghijklm"), "'a b c d e f g h i j k l m' has more than 12 words; use its rarest few"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_the_cure(literal: str, complaint: str) -> None:
    with pytest.raises(BadTerm) as error:
        parse_term(literal)
    assert str(error.value) == complaint


def test_a_distance_of_five_thousand_digits_is_a_mistake_and_no_crash() -> None:
    with pytest.raises(BadTerm):
        parse_term(f"flu ~{'9' * 5000} jab")


@STEADY
@given(st.text(alphabet="aZ9 ~*|[-'’£,\u0663²ſ\u202e", max_size=20) | st.text(max_size=20))
def test_any_line_is_a_term_or_a_complaint(literal: str) -> None:
    try:
        term = parse_term(literal)
    except BadTerm:
        return
    assert (len(term.phrases), all(term.phrases), term.anchor.stem != "") == (len(term.gaps) + 1, True, True)
