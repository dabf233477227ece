"""One request after another out of the bytes of a connection, however they arrive.

It knows where a request ends, and no more: gunicorn's own parser says what the head means. Whatever could make the two
disagree about the end is refused here.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from http import HTTPStatus

LARGEST_BODY_BYTES = 2**20
LONGEST_REQUEST_LINE = 8190
LARGEST_HEAD_BYTES = 2**16
LARGEST_FRAMING_BYTES = 2**20  # what a chunked body may spend on sizes, line ends and extensions
LONGEST_SIZE_LINE = 256
LARGEST_TRAILERS_BYTES = 8190
MOST_DIGITS = 18  # of a length that is worth being read as a number
END_OF_LINE, END_OF_HEAD = b"\r\n", b"\r\n\r\n"
BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
LENGTHS = re.compile(rb"\r\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n)")
CODINGS = re.compile(rb"\r\ntransfer-encoding:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n)")
CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n")
CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})(?:[ \t]*;[^\r\n]*)?")
TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*")


class Stage(Enum):
    """What of the request is still awaited."""

    HEAD = auto()
    BODY = auto()
    NOTHING = auto()


class Refused(Exception):
    """A request that will never be whole. After it the connection cannot be read any more."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Reading:
    """The request that arrives on a connection, and the bytes behind it.

    `head` ends with its empty line, `body` is without the framing of its chunks; both are whole once `stage` is
    NOTHING. `wants_continue` tells that the client holds its body back until it is asked for.
    """

    __slots__ = ("_chunks", "_length", "_rest", "_searched", "body", "head", "stage", "wants_continue")

    def __init__(self) -> None:
        self._rest = bytearray()
        self._begin()

    def _begin(self) -> None:
        self.stage = Stage.HEAD
        self.head = self.body = b""
        self.wants_continue = False
        self._searched = self._length = 0
        self._chunks: Chunks | None = None

    @property
    def held_bytes(self) -> int:
        """What all this takes in memory."""
        chunked = 0 if self._chunks is None else len(self._chunks.decoded)
        return len(self._rest) + len(self.head) + len(self.body) + chunked

    @property
    def has_begun(self) -> bool:
        """Whether anything of the request is there."""
        return self.stage is not Stage.HEAD or bool(self._rest)

    def feed(self, data: bytes) -> Stage:
        """Take what arrived. What follows a whole request is kept for the next. Raises Refused."""
        self._rest += data
        if self.stage is Stage.HEAD:
            self._read_head()
        if self.stage is Stage.BODY:
            self._read_body()
        return self.stage

    def next(self) -> Stage:
        """Forget the request that is whole and go on with what came behind it. Raises Refused."""
        self._begin()
        return self.feed(b"") if self._rest else self.stage

    def _read_head(self) -> None:
        rest = self._rest
        if not self._searched and rest.startswith(END_OF_LINE):
            del rest[:2]  # RFC 9112, 2.2: one may stand between two requests
        end = rest.find(END_OF_HEAD, self._searched)
        if end < 0 or end > LARGEST_HEAD_BYTES:
            self._check_unfinished_head()
            self._searched = max(0, len(rest) - 3)
            return
        self.head = bytes(rest[: end + 4])
        del rest[: end + 4]
        self._length = self._find_length(self.head.lower())
        self.stage = Stage.BODY if self._length or self._chunks else Stage.NOTHING

    def _check_unfinished_head(self) -> None:
        if BARE_LINE_FEED.search(self._rest, max(0, self._searched - 1)):
            raise Refused(HTTPStatus.BAD_REQUEST, "every line of the head ends with CR LF")
        if len(self._rest) > LONGEST_REQUEST_LINE + 2 and self._rest.find(END_OF_LINE, 0, LONGEST_REQUEST_LINE + 2) < 0:
            raise Refused(HTTPStatus.REQUEST_URI_TOO_LONG, HTTPStatus.REQUEST_URI_TOO_LONG.description)
        if len(self._rest) > LARGEST_HEAD_BYTES:
            raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the head of the request is too large")

    def _find_length(self, head: bytes) -> int:
        """Bytes of the body, 0 where it comes in chunks; `head` is in lower case."""
        is_old = head.startswith(b" http/1.0", head.find(END_OF_LINE) - 9)
        if not is_old and b"\r\nhost:" not in head:
            raise Refused(HTTPStatus.BAD_REQUEST, "a request names its Host")
        if b"\r\ncontent-length:" not in head and b"\r\ntransfer-encoding:" not in head:
            return 0
        lengths, codings = LENGTHS.findall(head), CODINGS.findall(head)
        self.wants_continue = not is_old and CONTINUE.search(head) is not None
        if codings:
            if codings != [b"chunked"]:
                raise Refused(HTTPStatus.NOT_IMPLEMENTED, "the only Transfer-Encoding that is read is chunked")
            if lengths or is_old:
                raise Refused(HTTPStatus.BAD_REQUEST, "Transfer-Encoding stands without Content-Length, in HTTP/1.1")
            self._chunks = Chunks()
            return 0
        if len(lengths) != 1 or not lengths[0].isdigit():
            raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length is one whole number")
        if len(lengths[0]) > MOST_DIGITS or int(lengths[0]) > LARGEST_BODY_BYTES:
            raise too_large()
        return int(lengths[0])

    def _read_body(self) -> None:
        if self._chunks is not None:
            if self._chunks.take(self._rest):
                self.body, self._chunks = bytes(self._chunks.decoded), None
                self.stage = Stage.NOTHING
        elif len(self._rest) >= self._length:
            self.body = bytes(self._rest[: self._length])
            del self._rest[: self._length]
            self.stage = Stage.NOTHING


class Chunks:
    """A chunked body (RFC 9112, 7.1) as it arrives."""

    def __init__(self) -> None:
        self.decoded = bytearray()
        self._framing = 0
        self._missing = 0  # bytes of the chunk that is being read, its end of line included
        self._in_trailers = self._is_whole = False

    def take(self, rest: bytearray) -> bool:
        """Take off `rest` what belongs to the body; whether that was all of it. Raises Refused."""
        at = 0  # taken off at once, for a body may consist of very many chunks
        while not self._is_whole and (moved := self._step(rest, at)) is not None:
            at = moved
        del rest[:at]
        return self._is_whole

    def _step(self, rest: bytearray, at: int) -> int | None:
        """The place behind the next piece; nothing where it is not whole yet."""
        if self._missing:
            return self._take_data(rest, at)
        end = rest.find(END_OF_LINE, at, at + LARGEST_TRAILERS_BYTES + 2)
        if end < 0:
            if len(rest) - at > (LARGEST_TRAILERS_BYTES if self._in_trailers else LONGEST_SIZE_LINE):
                raise Refused(HTTPStatus.BAD_REQUEST, "a line of the chunked body is too long")
            return None
        line = bytes(rest[at:end])
        self._framing += len(line) + 4
        if self._framing > LARGEST_FRAMING_BYTES:
            raise too_large()
        if self._in_trailers:
            self._end_trailer(line)
        else:
            self._begin_chunk(line)
        return end + 2

    def _take_data(self, rest: bytearray, at: int) -> int | None:
        there = len(rest) - at
        if not there:
            return None
        if self._missing > 2:
            taken = min(there, self._missing - 2)
            self.decoded += rest[at : at + taken]
            self._missing -= taken
            return at + taken
        if there < 2:
            return None
        if rest[at : at + 2] != END_OF_LINE:
            raise Refused(HTTPStatus.BAD_REQUEST, "a chunk is longer than it says")
        self._missing = 0
        return at + 2

    def _begin_chunk(self, line: bytes) -> None:
        found = CHUNK_SIZE.fullmatch(line) if len(line) <= LONGEST_SIZE_LINE else None
        if found is None:
            raise Refused(HTTPStatus.BAD_REQUEST, "the size of a chunk is a hexadecimal number")
        size = int(found[1], 16)
        if len(self.decoded) + size > LARGEST_BODY_BYTES:
            raise too_large()
        self._missing = size + 2 if size else 0
        self._in_trailers = not size

    def _end_trailer(self, line: bytes) -> None:
        """Trailers are read over: nothing here asks for them."""
        if not line:
            self._is_whole = True
        elif not TRAILER.fullmatch(line):
            raise Refused(HTTPStatus.BAD_REQUEST, "what follows the last chunk is no header")


def too_large() -> Refused:
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE.description)
