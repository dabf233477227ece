"""Structured logs: JSON lines on standard output, the same for the API, the workers and the libraries below them."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import FilteringBoundLogger, Processor

STAMPS: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
LINES: tuple[Processor, ...] = (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())


def make_log(level: str) -> FilteringBoundLogger:
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(sys.stdout),
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
