"""The Celery application: the bank's functions on queues, and no logic of their own.

A message says no more than "there is work in this queue". What there is stands in the database, so a message that is
lost, doubled or late does no harm: `workers.sweeper` sends another.
"""

from __future__ import annotations

from celery import Celery

from settings import Settings

QUEUES = ("interactive", "bulk", "training")
LONGEST_MESSAGE_SECONDS = 3600  # the last resort, against what hangs outside of a lease: `workers.limits` has the rest


def create_celery(settings: Settings) -> Celery:
    app = Celery("resit", broker=settings.broker_url, include=["workers.tasks"], set_as_current=False)
    app.conf.update(
        task_ignore_result=True,  # verdicts go to the database; a result backend would be one more thing to freeze
        task_acks_late=False,  # a lost message costs nothing, and one that kills its worker must not come back
        task_time_limit=LONGEST_MESSAGE_SECONDS,
        task_create_missing_queues=False,
        task_queues={name: {"exchange": name, "routing_key": name} for name in QUEUES},
        task_default_queue="bulk",
        worker_prefetch_multiplier=1,  # a message held back here is one that no free worker sees
        worker_pool_start_method="spawn",  # a fork after torch has used threads hangs
        worker_proc_alive_timeout=60.0,  # one that loads torch on a busy machine is not dead after four seconds
        worker_redirect_stdouts=False,  # they carry our log lines already
        worker_max_tasks_per_child=2000,  # against slow leaks of the libraries below
        worker_cancel_long_running_tasks_on_connection_loss=False,  # its lease is still good
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 2, "socket_keepalive": True},
        broker_pool_limit=2,
        task_publish_retry=False,
        accept_content=["json"],
        task_serializer="json",
    )
    return app
