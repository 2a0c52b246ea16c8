"""What stands in the addresses of seasons, races and days of the year: `<year:year>`, `<race:key>` and `<day:day>`.
Importing it registers them."""

from django.urls import register_converter

from racestats.clock import YearDay


class YearConverter:
    """Four digits: no year an address names can be too large to look up."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{int(value):04d}"


class RaceKeyConverter:
    """A round without a leading zero, or the slug of a race without a round."""

    regex = "[1-9][0-9]{0,2}|[0-9-]*[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


class DayConverter:
    """“05-04”: a month and a day that some year has."""

    regex = "[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> YearDay:
        return YearDay.read(value)

    def to_url(self, value: YearDay | str) -> str:
        return str(value)


register_converter(YearConverter, "year")
register_converter(RaceKeyConverter, "race")
register_converter(DayConverter, "day")
