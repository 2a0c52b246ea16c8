"""What the tests of importing ask for: documents brought into a book as a file."""

import json

import pytest

from importing.run import Options, Refused, import_file


@pytest.fixture
def bring(tmp_path):
    """Imports documents, or a file's bytes, as one file; options as for `Options`."""

    def bring(*content, name="races.jsonl", **options):
        path = tmp_path / name
        if len(content) == 1 and isinstance(content[0], bytes):
            path.write_bytes(content[0])
        else:
            path.write_text("\n".join(json.dumps(each, default=str) for each in content))
        return import_file(str(path), Options(**options))

    return bring


@pytest.fixture
def refused(bring):
    """Imports what must be refused: (place, reason) of each error."""

    def refused(*content, **options):
        with pytest.raises(Refused) as told:
            bring(*content, **options)
        return [(problem.place, problem.reason) for problem in told.value.problems]

    return refused
