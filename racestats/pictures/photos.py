"""Photos as editors upload them: read within bounds, and written anew with nothing in them but the picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image, ImageOps

from racestats.formatting import megabytes

KINDS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
MAX_BYTES = 8_000_000
MAX_PIXELS = 25_000_000
SHOWN = (1200, 1200)
"""No page shows a photo larger."""
TOO_BIG = (Image.DecompressionBombError, Image.DecompressionBombWarning)
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError)
"""What Pillow raises at files that are damaged or that are no pictures at all."""


class PhotoField(forms.FileField):
    """Takes a JPEG, PNG or WebP file, and gives one of its kind that is upright, small enough to be shown, and tells
    neither where it was taken nor with what; what its colours mean it does."""

    def to_python(self, data: UploadedFile | None) -> UploadedFile | None:
        file = super().to_python(data)
        if file is None:
            return None
        if file.size > MAX_BYTES:
            raise ValidationError(f"A photo may have {megabytes(MAX_BYTES)}; this one has more.")
        try:
            return written_anew(file)
        except Image.UnidentifiedImageError:
            raise ValidationError("A photo is a JPEG, PNG or WebP file; this is none.") from None
        except TOO_BIG:
            raise ValidationError(f"A photo may have {MAX_PIXELS / 1e6:g} million pixels; this has more.") from None
        except UNREADABLE:
            raise ValidationError("This photo is damaged: it cannot be read to its end.") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {"accept": "image/jpeg, image/png, image/webp"}


def written_anew(file: UploadedFile) -> UploadedFile:
    with Image.open(file, formats=tuple(KINDS)) as image:
        # A phone's JPEG of several pictures: the first is the photo.
        kind = "JPEG" if image.format == "MPO" else image.format
        if image.width * image.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        # A large JPEG is read in a smaller size at once.
        image.draft(None, SHOWN)
        upright = ImageOps.exif_transpose(image)
        clear = upright.has_transparency_data and kind != "JPEG"
        picture = upright.convert("RGBA" if clear else "RGB")
        colours = picture.info.get("icc_profile")
        # What is in here might be written again.
        picture.info = {}
        picture.thumbnail(SHOWN)
    written = BytesIO()
    picture.save(written, kind, quality=85, optimize=True, icc_profile=colours)
    return SimpleUploadedFile(Path(file.name).stem + KINDS[kind], written.getvalue(), Image.MIME[kind])
