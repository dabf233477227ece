"""What a message can ask of a worker."""

from __future__ import annotations

from typing import Any

from celery import Task, shared_task

from workers import process
from workers.working import work_off_queue


@shared_task(name="work", bind=True)  # type: ignore[untyped-decorator]  # its library has no types
def work(task: Task[Any, Any], queue: str) -> None:
    """Work off what waits in a queue, for as long as one task may; then leave the rest to another message."""
    if work_off_queue(process.worker(), queue):
        task.apply_async(args=[queue], queue=queue, retry=False)
