"""How dates may be typed in every form: as Django takes them, and 25.05.2025. Django looks here first."""

from django.conf.locale.en import formats

DATE_INPUT_FORMATS = [*formats.DATE_INPUT_FORMATS, "%d.%m.%Y"]
