#!/usr/bin/env python3
"""Django's command line for racestats."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "racestats.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit("Django is not installed here. Run `make run`, or use .venv/bin/python.") from error
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        from racestats.ailments import in_words

        told = in_words(error)
        if not told or "--traceback" in sys.argv:
            raise
        raise SystemExit(told) from None


if __name__ == "__main__":
    main()
