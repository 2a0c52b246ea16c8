"""Who led a race, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from charts.chart import Axis, Bands, Chart, Mark, Panel, RuledLines, Spans
from races.models import Race, Session
from racestats.formatting import listed, number, plural
from stats.race.latest import LatestRace
from stats.race.page import RacePage

NAMED = 12
"""So many leaders have a row each; the others share one."""
ROW = 26
"""The height of a row."""
FEWEST = 2
"""One who led all laps is told in words."""
TITLE = "Laps led"


def laps_led_in_short(latest: LatestRace) -> Chart | None:
    """The chart for a page that knows how many laps each led, and not which."""
    if len(latest.led) < FEWEST:
        return None
    counts = _rows(latest.led)
    return Chart(TITLE, _said(latest.race, counts), (), heights=_heights(counts))


def _rows(led: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Names and laps of who has a row; more than there are rows for share the last."""
    if len(led) <= NAMED:
        return list(led)
    shown, others = led[: NAMED - 1], led[NAMED - 1 :]
    return [*shown, (plural(len(others), "other"), sum(laps for _, laps in others))]


def _said(race: Race, counts: Sequence[tuple[str, int]]) -> str:
    laps = race.laps or sum(led for _, led in counts)
    each = listed([f"{name} {number(led)}" for name, led in counts])
    return f"{TITLE} in the {race.label}, of {number(laps)}: {each}."


def _heights(counts: Sequence[tuple[str, int]]) -> tuple[int, int]:
    return 70 + ROW * len(counts), 70 + ROW * len(counts)


def laps_led_chart(found: RacePage) -> Chart | None:
    """A row for each leader, with the laps led in their places where these are on file, else side by side. None where
    no laps led are known, or one car led them all."""
    race = found.race
    if not (found.run and found.told and race.coverage.laps_led):
        return None
    led = {each.entry_id: each.laps_led for each in found.started if each.laps_led}
    names = {each.entry_id: str(each.entry.driver) for each in found.started}
    leaders = sorted((entry for entry in led if entry in names), key=lambda entry: (-led[entry], names[entry]))
    if len(leaders) < FEWEST:
        return None
    winner = next((each.entry_id for each in found.started if each.position == 1), None)
    laps = race.laps or sum(led.values())
    stints = _stints(race)
    shown = leaders if len(leaders) <= NAMED else leaders[: NAMED - 1]
    rows = {entry: at for at, entry in enumerate(leaders) if at < len(shown)}
    counts = _rows([(names[entry], led[entry]) for entry in leaders])
    spans: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    if stints:
        for entry, start, end in stints:
            if entry in led:
                spans["red" if entry == winner else "deep"].append((rows.get(entry, len(shown)), start, end))
    else:
        for at, (_, count) in enumerate(counts):
            of_winner = at < len(shown) and shown[at] == winner
            spans["red" if of_winner else "deep"].append((at, 0, count))
    marks: list[Mark] = [*(_cautions(race) if stints else []), *(_stages(race, laps) if stints else [])]
    marks += [Spans(these, tone) for tone, these in spans.items()]
    end = laps if stints else max(count for _, count in counts)
    rows_axis = Axis(
        -0.5,
        len(counts) - 0.5,
        flipped=True,
        names=[(at, name) for at, (name, _) in enumerate(counts)],
        ends=[(at, number(count)) for at, (_, count) in enumerate(counts)],
    )
    key = [("red", "Winner")] if winner in led else []
    return Chart(
        TITLE,
        _said(race, counts)
        + (
            f" {plural(len(race.caution_segments.all()), 'caution')}." if stints and race.caution_segments.all() else ""
        ),
        [Panel(Axis(0, end, title="Lap" if stints else "Laps"), rows_axis, marks)],
        note="" if stints else "In which laps each of them led is not on file.",
        key=[*key, *([("caution", "Caution")] if stints and race.caution_segments.all() else [])],
        heights=_heights(counts),
    )


def _stints(race: Race) -> list[tuple[int, int, int]]:
    """Each run of laps in front: the car, and from the end of which lap to the end of which."""
    return [
        (lead.entry_id, max(lead.start_lap - 1, 0), lead.end_lap) for lead in race.lead_segments.all() if lead.end_lap
    ]


def _cautions(race: Race) -> list[Mark]:
    spans = [(max(each.start_lap - 1, 0), each.end_lap) for each in race.caution_segments.all() if each.end_lap]
    return [Bands(spans)] if spans else []


def _stages(race: Race, laps: int) -> list[Mark]:
    """Where each stage ended, as far as their lengths are known; the last ends with the race."""
    ends: list[int] = []
    for stage in sorted(
        (each for each in race.sessions.all() if each.kind == Session.Kind.STAGE), key=lambda each: each.number
    ):
        if not stage.laps:
            break
        ends.append((ends[-1] if ends else 0) + stage.laps)
    within = [end for end in ends if end < laps]
    return [RuledLines(within, [f"Stage {at}" for at in range(1, len(within) + 1)])] if within else []
