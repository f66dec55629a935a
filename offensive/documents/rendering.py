"""A program of its own that draws one page of a stored file as a JPEG; it knows neither Django nor the database.

    python rendering.py FILE CONTENT_TYPE PAGE OUT

Run by ``previews.py`` for each page, with limits on time and memory that end it, because whoever uploads a file
chooses what its reader has to do. Prints the number of pages. Exit status 3: the file cannot be drawn.
"""

import resource
import sys

import pypdfium2
from PIL import Image, ImageOps

CPU_SECONDS = 10
MEMORY_BYTES = 1024**3
# Above this a picture is refused before it is unpacked: 60 million pixels are more than a phone's camera gives.
PIXELS_AT_MOST = 60_000_000
WIDTH, HEIGHT = 1400, 2000
BROKEN = 3


def main(path, content_type, page, out):
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    Image.MAX_IMAGE_PIXELS = PIXELS_AT_MOST // 2  # Pillow refuses from twice this number on
    try:
        pages, picture = _pdf(path, page) if content_type == "application/pdf" else _picture(path)
    except Exception as error:  # the readers raise whatever the file makes them raise
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(BROKEN)
    # Without what the camera noted: place, time, device.
    picture.convert("RGB").save(out, "JPEG", quality=80, optimize=True)
    sys.stdout.write(f"{pages}\n")


def _pdf(path, page):
    document = pypdfium2.PdfDocument(path)
    sheet = document[page - 1]
    width, height = sheet.get_size()
    picture = sheet.render(scale=min(WIDTH / width, HEIGHT / height)).to_pil()
    picture.thumbnail((WIDTH, HEIGHT))  # the renderer rounds up
    return len(document), picture


def _picture(path):
    picture = Image.open(path, formats=["JPEG", "PNG"])
    picture.draft("RGB", (WIDTH, HEIGHT))
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((WIDTH, HEIGHT))
    if "A" in picture.getbands():
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    return 1, picture


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
