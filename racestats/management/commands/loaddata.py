"""`loaddata` for the book: Django's own, with one refresh at the end, and errors that name their place and value.

Any error means that nothing is written.
"""

from __future__ import annotations

import inspect
import json
import os
import warnings
from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial
from typing import NamedTuple

from django.apps import apps
from django.core import serializers
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.db import DatabaseError, IntegrityError, models, transaction

from races.book.refresh import deferred
from races.models import MilestoneReached, Race, RaceCoverage, Result, RulingChange, StatLine
from racestats.constraints import broken_by

OUR_APPS = {"drivers", "races"}
DERIVED = {StatLine, RaceCoverage, MilestoneReached}
"""Made anew from what is loaded, so a dump's own copy of them is passed over."""

SENSE = {
    Race: ("pole", "led_to_green", "margin_against"),
    Result: ("entry", "session__race__layout"),
    RulingChange: ("ruling", "result__session"),
}
"""The models whose `clean` compares rows with each other, and what it reads."""


class Place(NamedTuple):
    """One object of a fixture: where it stands and what it says."""

    file: str
    position: int
    node: dict

    def __str__(self):
        return f"{self.file}, object {self.position} ({self.node['model']})"


class Command(loaddata.Command):
    help = f"{loaddata.Command.help} Any error means that nothing is written."

    def handle(self, *fixture_labels, **options):
        with transaction.atomic(using=options["database"]), deferred():
            super().handle(*fixture_labels, **options)

    def loaddata(self, fixture_labels):
        self.excluded_models = {*self.excluded_models, *DERIVED}
        self.file = ""
        self.place: Place | None = None
        self.places: dict[tuple, Place] = {}
        try:
            super().loaddata(fixture_labels)
            self.check_sense()
        except (CommandError, RuntimeWarning):
            raise
        except Exception as error:
            raise CommandError("\n".join(self.explain(error))) from error

    def load_label(self, fixture_label):
        """Load JSON object by object, so that each keeps its place; any other format as Django does."""
        for path, _, name in self.find_fixtures(fixture_label):
            self.file = os.path.basename(path)
            file_format, compression = self.parse_name(self.file)[1:]
            if file_format != "json":
                super().load_label(path)
                continue
            if self.verbosity >= 2:
                self.stdout.write(f"Installing json fixture {path}.")
            open_file, mode = self.compression_formats[compression]
            with open_file(path, mode) as fixture:
                nodes = self.parse(fixture.read())
            objects = serializers.deserialize(
                "python",
                self.placed(nodes),
                using=self.using,
                ignorenonexistent=self.ignore,
                handle_forward_references=True,
            )
            self.fixture_count += 1
            self.fixture_object_count += len(nodes)
            self.loaded_object_count += sum(self.save_obj(obj) for obj in objects)
            self.place = None
            if not nodes:
                warnings.warn(f"No fixture data found for '{name}'.", RuntimeWarning, stacklevel=2)

    def parse(self, text: bytes | str) -> list:
        try:
            nodes = json.loads(text)
        except json.JSONDecodeError as error:
            raise CommandError(f"{self.file}, line {error.lineno}, column {error.colno}: {error.msg}.") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{self.file} is not JSON: {error}.") from error
        if not isinstance(nodes, list):
            raise CommandError(f"{self.file}: a fixture is a list of objects, not {shown(nodes)}.")
        return nodes

    def placed(self, nodes: list) -> Iterator[dict]:
        """Hand the objects on, each after a look at what can be seen without the database."""
        for position, node in enumerate(nodes, 1):
            if not isinstance(node, dict) or not isinstance(node.get("model"), str):
                raise CommandError(f"{self.file}, object {position}: {shown(node)} does not name its “model”.")
            self.place = Place(self.file, position, node)
            if problems := list(problems_of(node, self.ignore)):
                raise CommandError("\n".join(f"{self.place}: {problem}" for problem in problems))
            yield node

    def save_obj(self, obj):
        if obj.object._meta.app_config in self.excluded_apps or type(obj.object) in self.excluded_models:
            return False
        for field, value in (obj.deferred_fields or {}).items():
            if not field.many_to_many and not field.null:
                raise CommandError(f"{self.place}: {field.name} {shown(value)} is not in the book.")
        saved = super().save_obj(obj)
        if self.place:
            self.places[type(obj.object), obj.object.pk] = self.place
            obj.save_deferred_fields = partial(self.save_later, obj, self.place)
        return saved

    def save_later(self, obj, place: Place, using):
        """Fill in references to what stood further on in the fixtures."""
        self.place = place
        type(obj).save_deferred_fields(obj, using=using)
        self.place = None

    def check_sense(self):
        """Ask the loaded rows' `clean` what no constraint can hold, such as a result of another race's car.

        Nothing is completed or changed by it: the book holds what the fixtures say.
        """
        problems = []
        for model, relations in SENSE.items():
            loaded = [pk for of_model, pk in self.places if of_model is model]
            for start in range(0, len(loaded), 500):
                rows = model._base_manager.using(self.using).filter(pk__in=loaded[start : start + 500])
                for row in rows.select_related(*relations):
                    try:
                        row.clean()
                    except ValidationError as error:
                        problems += [f"{self.places[model, row.pk]}: {message}" for message in error.messages]
        if problems:
            raise CommandError("\n".join(problems))

    def explain(self, error: Exception) -> list[str]:
        """What went wrong, for people; an error that nothing better is known of keeps its own words."""
        if isinstance(error, IntegrityError) and (found := broken_by(error)):
            _, columns, message = found
            fields = self.place.node["fields"] if self.place else {}
            values = ", ".join(f"{name} {shown(fields[name])}" for name in columns if name in fields)
            return [f"{self.place or self.file}: {message}" + (f" ({values})" if values else "")]
        suspects = [self.place] if self.place else list(self.places.values())
        try:
            problems = [f"{place}: {problem}" for place in suspects for problem in self.broken_references(place)]
            return problems or [f"{self.place or self.file}: {message}" for message in self.broken_rules(error)]
        except DatabaseError:
            return [f"{self.place or self.file}: {error}"]

    def broken_references(self, place: Place) -> Iterator[str]:
        for field, value in references_in(place.node):
            try:
                self.resolve(field, value)
            except ObjectDoesNotExist:
                yield f"{field.name} {shown(value)} is not in the book."
            except DatabaseError:
                raise
            except Exception as error:
                yield f"{field.name} {shown(value)} does not name one {field.related_model._meta.verbose_name}: {error}"

    def resolve(self, field, value):
        rows = field.related_model._default_manager.db_manager(self.using)
        return rows.get_by_natural_key(*value) if isinstance(value, list) else rows.get(pk=value)

    def broken_rules(self, error: Exception) -> list[str]:
        """The constraints that the object at hand breaks, where it could not even be named to the database."""
        if self.place:
            node = self.place.node
            row = apps.get_model(node["model"])()
            for name, value in node["fields"].items():
                setattr(row, name, value)
            for field, value in references_in(node):
                setattr(row, field.name, self.resolve(field, value))
            try:
                row.validate_constraints()
            except ValidationError as broken:
                return broken.messages
        return [str(error) or type(error).__name__]


def problems_of(node: dict, ignore_unknown: bool) -> Iterator[str]:
    """What is wrong with one object of a fixture, as far as it shows without the database."""
    try:
        model = apps.get_model(node["model"])
    except (LookupError, ValueError):
        if not ignore_unknown:
            yield f"there is no model “{node['model']}”."
        return
    if not isinstance(node.get("fields"), dict):
        yield "its “fields” are missing, or are not an object."
        return
    fields = {field.name: field for field in model._meta.get_fields() if field.concrete}
    for name in node["fields"].keys() - fields.keys() if not ignore_unknown else ():
        close = get_close_matches(name, fields, 1)
        yield f"“{name}” is not a field of {model._meta.label_lower}" + (f": “{close[0]}”?" if close else ".")
    if model._meta.app_label not in OUR_APPS:
        return
    if "pk" in node and (problem := problem_of_value(model._meta.pk, node["pk"])):
        yield f"pk {shown(node['pk'])}: {problem}"
    for name, field in fields.items():
        if field.primary_key and not field.remote_field:
            continue
        if name in node["fields"]:
            value = node["fields"][name]
            problem = (problem_of_key if field.remote_field else problem_of_value)(field, value)
            if problem:
                yield f"{name} {shown(value)}: {problem}"
        elif not field.null and not field.has_default() and (field.remote_field or not field.blank):
            yield f"{name} is missing."


def problem_of_value(field: models.Field, value) -> str | None:
    if isinstance(value, bool) and not isinstance(field, (models.BooleanField, models.JSONField)):
        return "expected a text or a number, not true or false."
    if isinstance(value, (list, dict)) and not isinstance(field, models.JSONField):
        return "expected one value."
    if isinstance(value, str) and "\0" in value:
        return "a text cannot hold a null character."
    if isinstance(value, float):
        if isinstance(field, models.IntegerField) and not value.is_integer():
            return "expected a whole number."
        if isinstance(field, models.DecimalField):
            value = str(value)
    try:
        field.clean(value, None)
    except ValidationError as error:
        return " ".join(error.messages)
    except Exception as error:
        return f"{error}."
    return None


def problem_of_key(field: models.Field, value) -> str | None:
    """What is wrong with the shape of a reference; whether it is in the book shows when it is loaded."""
    if value is None:
        return None if field.null else "this reference cannot be empty."
    if isinstance(value, int) and not isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdecimal():
        return None
    parts = key_parts(field.related_model)
    if isinstance(value, list) and not any(isinstance(part, (list, dict, float, bool)) for part in value):
        if parts is None or len(value) == len(parts):
            return None
    wanted = f"[{', '.join(parts)}]" if parts else "a list"
    return f"write the natural key, {wanted}."


def key_parts(model: type[models.Model]) -> list[str] | None:
    """What a model's natural key is made of; None where that varies."""
    if lookups := getattr(model, "natural_lookups", None):
        return [lookup.replace("__", " ") for lookup in lookups]
    reader = getattr(model._default_manager, "get_by_natural_key", None)
    if reader is None:
        return None
    names = inspect.signature(reader).parameters.values()
    return None if any(name.kind is name.VAR_POSITIONAL for name in names) else [name.name for name in names]


def references_in(node: dict) -> Iterator[tuple[models.Field, object]]:
    """The references that an object of a fixture makes."""
    for field in apps.get_model(node["model"])._meta.concrete_fields:
        value = node["fields"].get(field.name)
        if field.remote_field and value is not None:
            yield field, value


def shown(value) -> str:
    """A value as a fixture writes it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else f"{text[:117]}…"
