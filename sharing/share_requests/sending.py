"""A paper as an answer over HTTP: the same from a page and over REST."""

from typing import IO

from django.http import FileResponse, HttpResponse


def sent_unread(kept: IO[bytes], name: str) -> FileResponse:
    """Somebody's file as it came: to be kept, never opened by the browser or guessed at."""
    response = FileResponse(kept, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["Cache-Control"] = "private, no-store"
    return response


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
