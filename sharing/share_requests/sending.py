"""A paper as an answer over HTTP: the same from a page and over REST."""

from typing import IO

from django.http import FileResponse, HttpResponse


def sent(written: bytes | IO[bytes], name: str) -> FileResponse | HttpResponse:
    """A file to keep, never one of a shared store. An open file is sent piece by piece, and then closed."""
    kind = f"application/{name.rpartition('.')[2]}"
    if isinstance(written, bytes):
        response: FileResponse | HttpResponse = HttpResponse(written, content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        response = FileResponse(written, as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response
