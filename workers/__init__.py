"""Workers: the bank's functions on queues of Celery."""
