"""As Dask Gateway places them: the scheduler, too, runs in the worker image."""

from distributed import Client


def test_gateway(client):
    with Client(scheduler_file=workflow["schedulers"]["gateway scheduler"], timeout=30, set_as_default=False) as other:
        other.wait_for_workers(1, timeout=30)
        scale = 3
        futures = other.map(lambda number: number * scale, range(20))
        assert other.gather(futures) == [number * scale for number in range(20)]
        try:
            other.submit(lambda: 1 / 0).result()
        except ZeroDivisionError:
            return
        raise AssertionError("no exception arrived")
