"""The written statements and questions of Parliament: the JSON that programs ask for, and the pages people read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.stand_ins.answer import AskedTarget, StandInAnswer, as_json, london, not_found, page, shown
from tests.stand_ins.wordpress_words import plain

Json = dict[str, object]
_CUT = 255
_STATEMENTS, _QUESTIONS = "/api/writtenstatements/statements", "/api/writtenquestions/questions"


@dataclass(frozen=True)
class WrittenStatement:
    """One written statement."""

    id: int
    uin: str
    at: datetime
    title: str
    html: str
    by: str = "Department of Health and Social Care"
    house: str = "Commons"
    body: int = 17


@dataclass(frozen=True)
class Question:
    """One written question with its answer."""

    id: int
    uin: str
    at: datetime
    heading: str
    question: str
    answer: str
    body: int = 17


class ParliamentSite:
    """questions-statements-api.parliament.uk."""

    host = "questions-statements-api.parliament.uk"

    def __init__(self) -> None:
        """Without a statement."""
        self.statements: list[WrittenStatement] = []
        self.questions: list[Question] = []

    def put(self, said: WrittenStatement | Question) -> None:
        """Add one."""
        if isinstance(said, WrittenStatement):
            self.statements.append(said)
        else:
            self.questions.append(said)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """What the interface says to a GET of this path and query at this moment."""
        asked = AskedTarget.of(target)
        statements = sorted(
            (each for each in self.statements if each.at <= now), key=lambda each: each.at, reverse=True
        )
        if asked.path == _STATEMENTS:
            found = [each for each in statements if _made_between(each, asked)]
            house = asked.one("house", "Bicameral")
            bodies = asked.many("answeringBodies")
            found = [each for each in found if house in {"Bicameral", each.house}]
            found = [each for each in found if not bodies or str(each.body) in bodies]
            return _page_of([_statement(each, whole=False) for each in found], asked)
        if asked.path.startswith(f"{_STATEMENTS}/"):
            chosen = [each for each in statements if str(each.id) == asked.path.rsplit("/", 1)[1]]
            if chosen:
                return as_json({"value": _statement(chosen[0], whole=True), "links": []})
        if asked.path == _QUESTIONS:
            questions = sorted(
                (each for each in self.questions if each.at <= now), key=lambda each: each.at, reverse=True
            )
            bodies = asked.many("answeringBodies")
            return _page_of([_question(each) for each in questions if not bodies or str(each.body) in bodies], asked)
        return not_found("UK Parliament")

    def targets(self, now: datetime) -> Iterator[str]:
        """The lists and every statement."""
        yield from (f"{_STATEMENTS}?take=100", f"{_QUESTIONS}?take=100")
        yield from (f"{_STATEMENTS}/{each.id}" for each in self.statements if each.at <= now)


class ParliamentPages:
    """questions-statements.parliament.uk: the page of each statement."""

    host = "questions-statements.parliament.uk"

    def __init__(self, parliament: ParliamentSite) -> None:
        """It shows what `parliament` holds."""
        self._parliament = parliament

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """The page of a statement."""
        path = AskedTarget.of(target).path.rstrip("/").lower()
        for each in self._parliament.statements:
            if each.at <= now and path == _page_path(each):
                main = f"<h1>{shown(each.title)}</h1><p>{shown(each.by)}</p>{each.html}"
                return StandInAnswer(200, page(each.title, main, "Written questions, answers and statements"))
        return not_found("UK Parliament")

    def targets(self, now: datetime) -> Iterator[str]:
        """Every page."""
        yield from (_page_path(each) for each in self._parliament.statements if each.at <= now)


def _page_path(each: WrittenStatement) -> str:
    return f"/written-statements/detail/{london(each.at).date()}/{each.uin}".lower()


def _made_between(each: WrittenStatement, asked: AskedTarget) -> bool:
    day = london(each.at).date().isoformat()
    return (asked.one("madeWhenFrom") or day)[:10] <= day <= (asked.one("madeWhenTo") or day)[:10]


def _page_of(values: list[Json], asked: AskedTarget) -> StandInAnswer:
    skip, take = (int(asked.one(name, str(usual)) or usual) for name, usual in (("skip", 0), ("take", 20)))
    results = [{"value": value, "links": []} for value in values[skip : skip + take]]
    return as_json({"results": results, "totalResults": len(values)})


def _statement(each: WrittenStatement, *, whole: bool) -> Json:
    # The list cuts every text; only the single statement has it all.
    words = each.html if whole else plain(each.html)[:_CUT]
    return {
        "id": each.id,
        "uin": each.uin,
        "dateMade": f"{london(each.at).date()}T00:00:00",
        "title": each.title,
        "text": words,
        "house": each.house,
        "answeringBodyId": each.body,
        "answeringBodyName": each.by,
        "attachments": [],
    }


def _question(each: Question) -> Json:
    return {
        "id": each.id,
        "uin": each.uin,
        "heading": each.heading,
        "questionText": each.question,
        "answerText": each.answer,
        "dateTabled": f"{london(each.at).date()}T00:00:00",
        "dateAnswered": f"{london(each.at).date()}T00:00:00",
        "answeringBodyId": each.body,
        "answeringBodyName": "Department of Health and Social Care",
        "attachments": [],
    }
