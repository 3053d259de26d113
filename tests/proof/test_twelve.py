"""Twelve stand-ins, right, wrong or doubled, each judged by what it gives; they were written before the judge."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import TypeAdapter

from tests.proof.stand_ins import NOW, ProofCase, proof_cases
from tests.stand_ins.answer import StandInAnswer
from tests.support.looks import Looks
from watcher.config.schema import kind_class
from watcher.core.watching.proof import why_not_proven
from watcher.errors import NotFetched, NotParsed
from watcher.sources.base import Source

CASES = {case.name: case for case in proof_cases()}
AS_PAGE = "a redesigned listing page"  # whose page is watched instead: see below
WHY = {
    "the general feed in disguise": "it gives the same as the general feed",
    "a login page with 200": "another page may stand in its place: it asks for a password",
    "an empty list": "it lists 0 items, expected 2 or more",
    "another publisher's items": "4 of 4 items lead elsewhere, such as to paper-one.example",
}


class CaseSite:
    """A case as a site."""

    def __init__(self, case: ProofCase) -> None:
        self.case, self.host = case, case.host

    def answer(self, target: str, now: Any) -> StandInAnswer:
        return self.case.answer(target, now)

    def targets(self, _now: Any) -> Any:
        return iter([self.case.target])


def source_of(case: ProofCase) -> Source:
    """The source that an entry of the catalogue would make of its claim."""
    claim = {("region" if name == "select" else name): value for name, value in case.claim.items()}
    entry = {"id": "case", "name": case.name, "trust": "official", "every": "1h", "enabled": "auto", **claim}
    entry |= {"min_text": 50} if claim["kind"] == "page" else {}  # the stand-in has three sentences
    return TypeAdapter(kind_class(str(claim["kind"]))).validate_python(entry)


def judge(case: ProofCase) -> str:
    """Why the case is not proven, as a first look judges it; "" where it is."""
    source = source_of(case)
    looks = Looks(source, [CaseSite(case)], NOW)
    try:
        parsed = looks.look(NOW)
        others = {}
        if source.general_address:
            general = looks.parse(source.general_address, NOW)
            others = {"the general feed of its site": [item.identity for item in general.items]}
    except (NotFetched, NotParsed) as error:
        return error.why
    return why_not_proven(source.claim, parsed, others, NOW)


@pytest.mark.promise("P43")
@pytest.mark.parametrize("name", CASES)
def test_each_of_the_twelve_is_judged_right(name: str) -> None:
    why = judge(CASES[name])
    if CASES[name].expected == "proven" or name == AS_PAGE:
        assert why == ""
    else:
        assert why.startswith(WHY[name])
    assert urlsplit(str(CASES[name].claim["url"])).hostname == CASES[name].host


def test_a_redesigned_list_is_not_read_and_its_page_is_watched_instead() -> None:
    case = CASES["a redesigned listing page"]
    parsed = Looks(source_of(case), [CaseSite(case)], NOW).look(NOW)
    assert [item.identity for item in parsed.items] == ["england.nhs.uk/publication"]
    (problem,) = parsed.problems
    assert problem.startswith("the list cannot be read ('main article' finds 0 items, expected 1 to 300")
    assert problem.endswith("the page itself is watched instead")


def test_two_that_overlap_on_purpose_are_proven_only_where_they_name_each_other() -> None:
    one, other = (case for name, case in CASES.items() if name.startswith("two feeds that overlap"))
    parsed, twin = (Looks(source_of(case), [CaseSite(case)], NOW).look(NOW) for case in (one, other))
    others = {"twin": [item.identity for item in twin.items]}
    source = source_of(one)
    assert why_not_proven(source.claim, parsed, others, NOW).startswith("it gives the same as twin")
    assert why_not_proven(replace(source, overlaps=("twin",)).claim, parsed, others, NOW) == ""
