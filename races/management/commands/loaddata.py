"""`loaddata` for the book: Django's own, with one refresh at the end, and errors that name their place and value.

Any error means that nothing is written. A reference must be in the book already, or stand before the object that makes
it; one that may be empty, such as a race's pole, may also come later. A slug that somebody had before names who has
another by now: what the fixture says of them is older than the book, and passed over.

It finds and opens fixtures, writes their rows and sets the sequences by the methods of Django's command, which are not
public: `loaddata`, `load_label`, `find_fixtures`, `parse_name`, `save_obj` and the attributes they set. From outside,
by `serializers.deserialize`, an error would name no place, and each reference would be read anew: the champions take
2.4 seconds instead of 1.5.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from django.core import serializers
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializedObject
from django.db import IntegrityError, models

from drivers.models import TeamName
from importing.formats.registry import recognise
from importing.health import judged_otherwise, look_again
from races.derived.refresh import deferred
from races.derived.signals import DERIVED
from races.management.fixture_objects import OUR_APPS, as_written, key_parts, model_of, problems_of
from races.models import FindableWord, FormerSlug, Race, Result, RulesVersion, Ruling, RulingChange
from races.models.former_slugs import HOLDERS
from races.models.rulings import contradicting
from racestats.constraints import broken_by

SENSE = {
    Race: ("pole", "led_to_green", "margin_against"),
    Result: ("entry", "session__race__layout"),
    RulingChange: ("ruling", "result__session"),
    TeamName: ("team",),
}
"""The models whose `clean` compares rows with each other, and what it reads."""


class FixtureObject(NamedTuple):
    """One object of a fixture: where it stands and what it says."""

    file: str
    position: int
    node: dict

    def __str__(self):
        return f"{self.file}, object {self.position} ({self.node['model']})"


class Command(loaddata.Command):
    help = f"{loaddata.Command.help} Any error means that nothing is written."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--fill-in", action="store_true", help="let what the book says stay, and fill in only what it does not know"
        )

    def handle(self, *fixture_labels, fill_in=False, **options):
        self.fill_in = fill_in
        with deferred() as touched:
            with judged_otherwise() as judged:
                super().handle(*fixture_labels, **options)
            look_again(touched.races | judged)

    def loaddata(self, fixture_labels):
        # The derived rows are made anew from what is loaded: a dump's own copy of them is passed over, and by which
        # rules that was made says nothing of the rows of this book.
        self.excluded_models = {*self.excluded_models, *DERIVED, FindableWord, RulesVersion}
        self.file = ""
        self.place: FixtureObject | None = None
        self.known: dict[tuple, models.Model] = {}
        self.places: dict[tuple, FixtureObject] = {}
        self.later: list[tuple[FixtureObject, models.Model, dict]] = []
        self.todays = {HOLDERS[model]: slugs for model, slugs in FormerSlug.objects.todays().items()}
        try:
            super().loaddata(fixture_labels)
            self.fill_in_later_references()
            self.check_sense()
        except (CommandError, RuntimeWarning):
            raise
        except Exception as error:
            raise self.error(self.in_words(error)) from error

    def load_label(self, fixture_label):
        """Load JSON object by object, so that each keeps its place; any other format as Django does."""
        for path, _, _ in self.find_fixtures(fixture_label):
            file_format, compression = self.parse_name(os.path.basename(path))[1:]
            self.file, self.place = "standard input" if path == loaddata.READ_STDIN else os.path.basename(path), None
            if file_format != "json":
                super().load_label(path)
                continue
            if self.verbosity >= 2:
                self.stdout.write(f"Installing json fixture {path}.")
            open_file, mode = self.compression_formats[compression]
            with open_file(path, mode) as fixture:
                nodes = self.parse(fixture.read())
            self.fixture_count += 1
            self.fixture_object_count += len(nodes)
            self.loaded_object_count += sum(self.save_obj(obj) for obj in self.objects(nodes))
            self.place = None
            if not nodes:
                self.stderr.write(f"{self.file} holds no object: nothing was loaded of it.")

    def parse(self, text: bytes | str) -> list:
        if not text.strip():
            raise CommandError(f"{self.file} is empty.")
        try:
            nodes = json.loads(text)
        except json.JSONDecodeError as error:
            self.refuse_results(text)
            raise CommandError(f"{self.file}, line {error.lineno}, column {error.colno}: {error.msg}.") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{self.file} is not JSON: {error}.") from error
        if not isinstance(nodes, list) or any("model" not in node for node in nodes[:1] if isinstance(node, dict)):
            self.refuse_results(text)
        if not isinstance(nodes, list):
            raise CommandError(f"{self.file}: a fixture is a list of objects, not {as_written(nodes)}.")
        return nodes

    def refuse_results(self, text: bytes | str) -> None:
        """Name the other command where a file is for that."""
        if meant := recognise(text.encode() if isinstance(text, str) else text):
            raise CommandError(f"{self.file} is no fixture but {meant.label}: bring it in with import_results.")

    def objects(self, nodes: list) -> Iterator[DeserializedObject]:
        """The rows that a fixture's objects stand for, each after a look at what shows without the database."""
        options = {"using": self.using, "ignorenonexistent": self.ignore, "handle_forward_references": True}
        for position, node in enumerate(nodes, 1):
            if not isinstance(node, dict) or not isinstance(node.get("model"), str):
                raise CommandError(f"{self.file}, object {position}: {as_written(node)} does not name its “model”.")
            self.place = FixtureObject(self.file, position, node)
            model = model_of(node)
            if model is None and self.ignore:
                continue
            if model and (model in self.excluded_models or model._meta.app_config in self.excluded_apps):
                continue
            if problems := list(problems_of(node, self.ignore)):
                raise self.error(*problems)
            if today := self.todays.get(HOLDERS.get(model, ""), {}).get(node["fields"].get("slug")):
                self.stderr.write(f"{self.place}: “{node['fields']['slug']}” is {today} by now, and was passed over.")
                continue
            if model._meta.app_label in OUR_APPS:
                yield from self.row(model, node)
            else:
                yield from serializers.deserialize("python", [node], **options)

    def row(self, model: type[models.Model], node: dict) -> Iterator[DeserializedObject]:
        """The row that one object stands for: the one of that natural key, or a new one."""
        row, later, problems = model(), {}, []
        for field in model._meta.concrete_fields:
            value = node["fields"].get(field.name)
            if field.remote_field and value is not None:
                found = self.find(field, value)
                setattr(row, field.name, found)
                if found is None and field.null:
                    later[field] = value
                elif found is None:
                    problems.append(self.missing(field, value))
            elif field.name in node["fields"]:
                setattr(row, field.attname, field.to_python(value))
        if problems:
            raise self.error(*problems)
        key = self.natural_key(row)
        if node.get("pk") is not None:
            row.pk = model._meta.pk.to_python(node["pk"])
        else:
            stored = self.stored(model, key)
            row.pk = stored and stored.pk
            if stored and self.fill_in:
                row, new = stored, filled_in(stored, row, node["fields"])
                later = {field: value for field, value in later.items() if getattr(stored, field.attname) is None}
                if not new and not later:
                    self.known[model, key] = row
                    return
        yield DeserializedObject(row)
        self.known[model, key] = row
        self.places[model, row.pk] = self.place
        if later:
            self.later.append((self.place, row, later))

    def find(self, field: models.Field, value):
        """The row that a reference means, read once for the whole load; None where the book does not have it."""
        model = field.related_model
        value = self.of_today(model, value) if isinstance(value, list) else value
        key = tuple(value) if isinstance(value, list) else value
        if (model, key) not in self.known:
            rows = model._default_manager.db_manager(self.using)
            try:
                found = rows.get_by_natural_key(*key) if isinstance(value, list) else rows.get(pk=key)
            except ObjectDoesNotExist:
                return None
            except Exception as error:
                name = model._meta.verbose_name
                raise self.error(f"{field.name} {as_written(value)} does not name one {name}: {error}") from error
            self.known[model, key] = found
        return self.known[model, key]

    def of_today(self, model: type[models.Model], key: list) -> list:
        """A natural key with the slugs of today."""
        if not any(self.todays.values()):
            return key
        holders = [HOLDERS.get(model) if part == "slug" else part.split()[0] for part in key_parts(model) or ()]
        return [self.todays.get(holder, {}).get(part, part) for holder, part in zip(holders, key)] or key

    def missing(self, field: models.Field, value) -> str:
        """That the book has no such row; and of one that goes by its slug, which may be meant."""
        told = f"{field.name} {as_written(value)} is not in the book"
        if key_parts(field.related_model) != ["slug"] or not isinstance(value, list):
            return f"{told}."
        slugs = field.related_model._default_manager.using(self.using).values_list("slug", flat=True)
        near = get_close_matches(str(value[0]), slugs, 1)
        return f"{told}; did you mean {as_written(near)}?" if near else f"{told}."

    def natural_key(self, row: models.Model) -> tuple:
        try:
            return row.natural_key()
        except Exception as error:
            # A row that cannot even be named breaks a rule: a citation of nothing, say.
            try:
                row.validate_constraints()
            except ValidationError as broken:
                raise self.error(*broken.messages) from error
            raise

    def stored(self, model: type[models.Model], key: tuple) -> models.Model | None:
        try:
            return model._default_manager.db_manager(self.using).get_by_natural_key(*key)
        except ObjectDoesNotExist:
            return None

    def fill_in_later_references(self):
        """Set the references to what stood further on in the fixtures."""
        for place, row, references in self.later:
            self.place = place
            for field, value in references.items():
                found = self.find(field, value)
                if found is None:
                    raise self.error(self.missing(field, value))
                setattr(row, field.name, found)
            row.save_base(raw=True, using=self.using, update_fields=[field.name for field in references])

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
        problems += self.contradictions()
        if problems:
            raise CommandError("\n".join(problems))

    def contradictions(self) -> Iterator[str]:
        """Where the rulings of the book do not lead to its results, of those that were loaded. One query."""
        if not {model for model, _ in self.places} & {Ruling, RulingChange, Result}:
            return
        changes = RulingChange._base_manager.using(self.using)
        for each in contradicting(changes.select_related("ruling", "result__entry__driver", "result__session")):
            change = each.step.of
            rows = (
                change,
                change.ruling,
                change.result,
                *([each.later.of, each.later.of.ruling] if each.later else []),
            )
            place = next((self.places[key] for row in rows if (key := (type(row), row.pk)) in self.places), None)
            if place:
                yield f"{place}: {change.result.entry}, {change.result.session}: {each.in_words}."

    def error(self, *problems: str) -> CommandError:
        where = f"{self.place or self.file}: " if self.file else ""
        return CommandError("\n".join(where + problem for problem in problems))

    def in_words(self, error: Exception) -> str:
        """A database error as the message of the rule that it names, with the values; any other in its own words."""
        rule = broken_by(error) if isinstance(error, IntegrityError) else None
        if not rule:
            return str(error) or type(error).__name__
        fields = self.place.node["fields"] if self.place else {}
        values = ", ".join(f"{name} {as_written(fields[name])}" for name in rule.columns if name in fields)
        return f"{rule.message} ({values})" if values else rule.message


def filled_in(stored: models.Model, said: models.Model, names: Iterable[str]) -> bool:
    """Take over what a fixture says and the stored row does not know; whether that is anything."""
    taken = False
    for name in names:
        column = stored._meta.get_field(name).attname
        if getattr(stored, column) in (None, "") and getattr(said, column) not in (None, ""):
            setattr(stored, column, getattr(said, column))
            taken = True
    return taken
