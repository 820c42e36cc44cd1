"""A worker is killed while it holds results and works: what it had is computed again on the other one."""

import time


def test_lost_worker(client):
    client.wait_for_workers(2, timeout=30)
    addresses = {told["name"]: address for address, told in client.scheduler_info()["workers"].items()}

    def slow(number):
        time.sleep(0.05)
        return number**2

    # Results that only the one that is going to die holds, and more work than it can end before it does.
    held = client.map(slow, range(10), workers=[addresses["second worker"]], allow_other_workers=True, pure=False)
    client.submit(sum, held[:2], workers=[addresses["second worker"]], allow_other_workers=True).result()
    total = client.submit(sum, held)
    kill_worker()

    assert total.result() == sum(number**2 for number in range(10)), "the result differs"
    deadline = time.monotonic() + 20
    while len(client.scheduler_info()["workers"]) != 1:
        assert time.monotonic() < deadline, "the scheduler still counts on the killed worker"
        time.sleep(0.05)
