"""Where readers differ: the rule that a question takes, in a sentence, and the address of the same under the other."""

from __future__ import annotations

from urllib.parse import urlencode

from racestats.addresses import address_of

from ..asking.question import FINDER, Question
from .answer import is_career


class StatedRule(str):
    """A rule; `link` says the other one, which the question takes at `url`. Without a link there is no choice."""

    url = link = ""

    @classmethod
    def of(cls, text: str, question: Question, link: str, **changed: str) -> StatedRule:
        rule = cls(text)
        rule.link, rule.url = link, f"{address_of(FINDER)}?{urlencode(question.parameters(**changed))}"
        return rule


SEVERAL_SERIES = "Where no series is named, results of every series on file count."


def rules_of(question: Question) -> list[str]:
    """Those that matter to what is asked."""
    asked = {each.key for each, _ in question.conditions}
    found: list[str] = [SEVERAL_SERIES] if question.scope.series is None else []
    if question.grouped and question.measure.is_run and question.over == "starts":
        text = "It is counted over own starts, so that a missed race does not end it."
        found.append(StatedRule.of(text, question, "Over every race of the series", over="races"))
    if question.grouped and question.measure.is_run and question.over == "races":
        text = "It is counted over every race of the series, so that a missed race ends it."
        found.append(StatedRule.of(text, question, "Over own starts", over=""))
    if question.grouped and question.measure.how == "wait" and not question.regulars:
        text = "Those who drive part of the time are in, and wait long."
        found.append(
            StatedRule.of(text, question, "Only who started half the races of the latest season", regulars="yes")
        )
    if question.regulars:
        text = "Only drivers who started at least half the races of the latest season are in."
        found.append(StatedRule.of(text, question, "Part-timers too", regulars=""))
    if question.without:
        found.append(
            f"Who is without a {question.without.one} is told by the results on file, in the same races and cars."
        )
    if question.scope.type == "road-course" and "beach" not in asked:
        text = "The beach course at Daytona counts as a road course."
        found.append(StatedRule.of(text, question, "Without the beach", beach="no"))
    if question.scope.track and "dirt" not in asked:
        text = "A track’s races on dirt count with those on its oval."
        found.append(StatedRule.of(text, question, "Without dirt", dirt="no"))
    if question.grouped and is_career(question):
        found.append("What a source sums of careers and seasons counts too, as on the leaderboards.")
    return found
