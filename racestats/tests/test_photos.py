"""Photos that editors upload: which are taken, and what is left of them."""

from io import BytesIO
from zlib import crc32

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, features

from drivers.models import Driver
from racestats.pictures.photos import KINDS, MAX_BYTES, SHOWN, PhotoField
from testing.editing import complaints, page, typed
from testing.roles import as_role

BESIDE = {"JPEG": {"comment": b"a comment"}, "PNG": {}, "WEBP": {"xmp": b"<x:xmpmeta/>"}}
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
SECRETS = (b"Camera of mine", b"a comment", b"GPS", b"Exif", b"x:xmpmeta")


def photo(kind: str = "JPEG", size=(40, 20), mode: str = "RGB", **further) -> bytes:
    """Its left half red, its right half blue; it says what its camera was, and where."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[MAKER] = "Camera of mine"
    exif.get_ifd(GPS)[1] = "N"
    exif[ORIENTATION] = further.pop("orientation", 1)
    file = BytesIO()
    image.save(file, kind, exif=exif, **further)
    return file.getvalue()


def taken(data: bytes, name: str = "larson.jpg"):
    return PhotoField().clean(SimpleUploadedFile(name, data))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_the_picture_and_no_more(kind):
    given = photo(
        kind, **({"comment": b"a comment"} if kind == "JPEG" else {"xmp": b"<x:xmpmeta/>"} if kind == "WEBP" else {})
    )
    assert b"Camera of mine" in given
    found = taken(given, "My photo.xyz")
    data = found.read()
    assert found.name == f"My photo{KINDS[kind]}"
    assert [secret for secret in SECRETS if secret in data] == []
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.size, dict(image.getexif())) == (kind, (40, 20), {})


def test_a_phones_file_of_several_pictures():
    file = BytesIO()
    first, second = (Image.new("RGB", (40, 20), colour) for colour in ("red", "blue"))
    first.save(file, "MPO", save_all=True, append_images=[second])
    found = taken(file.getvalue())
    with Image.open(found) as image:
        assert (found.name, image.format, image.size) == ("larson.jpg", "JPEG", (40, 20))


def test_it_is_upright():
    """It was taken with the camera turned: what was on its left is above."""
    with Image.open(BytesIO(taken(photo(orientation=6)).read())) as image:
        assert image.size == (20, 40)
        above, below = image.convert("RGB").getpixel((10, 5)), image.convert("RGB").getpixel((10, 35))
    assert (above[0] > 200, above[2] < 60, below[0] < 60, below[2] > 200) == (True,) * 4


@pytest.mark.parametrize(
    ("kind", "mode", "written"),
    [
        ("JPEG", "CMYK", "RGB"),
        ("JPEG", "L", "RGB"),
        ("PNG", "RGBA", "RGBA"),
        ("PNG", "P", "RGB"),
        ("PNG", "I;16", "RGB"),
        ("WEBP", "RGBA", "RGBA"),
    ],
)
def test_colours_of_every_kind(kind, mode, written):
    file = BytesIO()
    Image.new(mode, (40, 20)).save(file, kind)
    with Image.open(BytesIO(taken(file.getvalue()).read())) as image:
        image.load()
        assert image.mode == written


def test_colours_keep_their_meaning():
    profile = b"a profile of colours"
    with Image.open(BytesIO(taken(photo(icc_profile=profile)).read())) as image:
        assert image.info["icc_profile"] == profile


@pytest.mark.parametrize("kind", KINDS)
def test_large_ones_become_smaller(kind):
    with Image.open(BytesIO(taken(photo(kind, (3000, 1500))).read())) as image:
        assert image.size == (SHOWN[0], SHOWN[1] // 2)


def bomb(width: int) -> bytes:
    """A PNG that says it is that wide, and is not."""
    data = photo("PNG")
    header = data[12:16] + width.to_bytes(4, "big") * 2 + data[24:29]
    return data[:12] + header + crc32(header).to_bytes(4, "big") + data[33:]


def other(kind: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 20)).save(file, kind)
    return file.getvalue()


REFUSED = {
    "a GIF": (lambda: other("GIF"), "A photo is a JPEG, PNG or WebP file; this is none."),
    "a TIFF": (lambda: other("TIFF"), "A photo is a JPEG, PNG or WebP file; this is none."),
    "an SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "A photo is a JPEG, PNG or WebP file"),
    "a text": (lambda: b"a portrait", "A photo is a JPEG, PNG or WebP file; this is none."),
    "empty": (lambda: b"", "The submitted file is empty."),
    "cut off": (lambda: photo("JPEG", (400, 400))[:700], "This photo is damaged: it cannot be read to its end."),
    "cut off too": (lambda: photo("PNG", (400, 400))[:-100], "This photo is damaged: it cannot be read to its end."),
    "many bytes": (lambda: photo() + b"x" * MAX_BYTES, "A photo may have 8 MB; this one has more."),
    "many pixels": (lambda: bomb(6000), "A photo may have 25 million pixels; this has more."),
    "more pixels": (lambda: bomb(12_000), "A photo may have 25 million pixels; this has more."),
    "most pixels": (lambda: bomb(60_000), "A photo may have 25 million pixels; this has more."),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_taken(what):
    make, sentence = REFUSED[what]
    with pytest.raises(ValidationError) as told:
        taken(make())
    assert sentence in str(told.value)


def test_in_the_admin(client, db):
    editor = as_role(client, "editor")
    driver = Driver.objects.get(slug="kyle-larson")
    address = page("change", Driver, driver.pk)
    opened = editor.get(address)
    assert 'accept="image/jpeg, image/png, image/webp"' in opened.content.decode()
    untouched = typed(opened)

    def upload(data: bytes):
        return editor.post(address, untouched | {"photo": SimpleUploadedFile("larson.jpeg", data)})

    assert "this is none" in complaints(upload(other("GIF")))
    assert upload(photo()).status_code == 302
    driver.refresh_from_db()
    assert driver.photo.name == "drivers/larson.jpg"
    assert b"Camera of mine" not in driver.photo.read()
    assert editor.post(address, untouched).status_code == 302
    driver.refresh_from_db()
    assert driver.photo.name == "drivers/larson.jpg"
    assert editor.post(address, typed(editor.get(address)) | {"photo-clear": "on"}).status_code == 302
    driver.refresh_from_db()
    assert not driver.photo


def test_pillow_can_read_what_is_taken():
    assert features.check("webp")
    assert features.check("jpg")
