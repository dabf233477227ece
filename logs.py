"""Structured logs: JSON lines on standard output, the same for the API, the workers and the libraries below them."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TextIO

import structlog
from structlog.typing import FilteringBoundLogger, Processor

STAMPS: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
LINES: tuple[Processor, ...] = (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())


@dataclass(frozen=True)
class Lossy:
    """A stream that may be full, or read by nobody any more: the line is lost then, and not the answer it tells of."""

    stream: TextIO

    def write(self, text: str) -> None:
        with suppress(OSError):
            self.stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self.stream.flush()


def make_writer() -> structlog.WriteLogger:
    """Takes lines that are ready."""
    output: Any = Lossy(sys.stdout)
    return structlog.WriteLogger(output)


def make_log(level: str) -> FilteringBoundLogger:
    log: FilteringBoundLogger = structlog.wrap_logger(
        make_writer(),
        processors=[*STAMPS, *LINES],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    return log


def adopt_libraries(level: str) -> None:
    """What libraries tell the standard `logging`, and what Python warns of, comes out as the same lines."""
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    lines = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=STAMPS, processors=[strip, *LINES])
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(lines)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)
