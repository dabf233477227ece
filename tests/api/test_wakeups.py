"""What reaches the workers, and when."""

import time

from redis import Redis

from api.wakeups import Wakeups
from logs import make_log
from tests.servers.processes import wait_for


def messages(redis_server, queue):
    with Redis(unix_socket_path=str(redis_server.socket)) as client:
        return client.llen(queue)


def test_a_wakeup_is_a_message_in_its_queue(redis_server):
    wakeups = Wakeups(redis_server.broker_url, make_log("ERROR"))
    wakeups.send("interactive")
    wait_for(lambda: messages(redis_server, "interactive") == 1, "the message")


def test_wakeups_wait_for_a_frozen_broker_and_delay_nobody(redis_server):
    wakeups = Wakeups(redis_server.broker_url, make_log("ERROR"))
    redis_server.freeze()
    started = time.monotonic()
    for _ in range(100):
        wakeups.send("training")
    assert time.monotonic() - started < 0.5
    time.sleep(2)
    redis_server.thaw()
    wait_for(lambda: 1 <= messages(redis_server, "training") <= 5, "the message")
