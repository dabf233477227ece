"""What a worker can be asked to do."""

from __future__ import annotations

from typing import Any

from celery import Task, shared_task

from workers import process
from workers.verifying import verify_queue


@shared_task(name="verify", bind=True)
def verify(task: Task[Any, Any], queue: str) -> None:
    """Verify what waits in a queue, for as long as one task may; then leave the rest to another message."""
    bench = process.bench()
    if verify_queue(bench, queue):
        task.apply_async(args=[queue], queue=queue, retry=False)
