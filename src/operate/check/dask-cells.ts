/** What the Dask steps run in the user's kernel: as a notebook of the user's would, with the image's own client. */
export const daskCells = {
  dask: `
import re, time, warnings
from dask_gateway import Gateway

def _hubfleet_wait(ready, what, seconds):
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} after {seconds} s")
        time.sleep(0.25)

def _hubfleet_workers():
    return len(_hubfleet_client.nthreads())

def _hubfleet_square(number):
    return number * number

_hubfleet_cluster = Gateway().new_cluster(shutdown_on_close=True)
_hubfleet_client = _hubfleet_cluster.get_client()
`,
  scale: `
with warnings.catch_warnings(record=True) as _hubfleet_warnings:
    warnings.simplefilter("always")
    _hubfleet_cluster.scale(2)
_hubfleet_wanted = 2
for _hubfleet_warning in _hubfleet_warnings:
    _hubfleet_limit = re.search(r"Scaling to (\\d+) instead", str(_hubfleet_warning.message))
    if _hubfleet_limit:
        _hubfleet_wanted = int(_hubfleet_limit[1])
    if _hubfleet_wanted == 0:
        raise RuntimeError(str(_hubfleet_warning.message))
_hubfleet_wait(lambda: _hubfleet_workers() == _hubfleet_wanted, f"there are not {_hubfleet_wanted} workers", 90)
`,
  compute: `
if _hubfleet_workers() == 0:
    _hubfleet_cluster.scale(1)
_hubfleet_futures = _hubfleet_client.map(_hubfleet_square, range(100), pure=False)
_hubfleet_sum = _hubfleet_client.submit(sum, _hubfleet_futures).result(timeout=90)
if _hubfleet_sum != 328350:
    raise RuntimeError(f"the squares of 0 to 99 came to {_hubfleet_sum} instead of 328350")
del _hubfleet_futures
`,
  adapt: `
_hubfleet_cluster.scale(0)
_hubfleet_wait(lambda: _hubfleet_workers() == 0, "the workers have not gone", 60)
_hubfleet_cluster.adapt(minimum=0, maximum=2)
_hubfleet_future = _hubfleet_client.submit(_hubfleet_square, 7, pure=False)
_hubfleet_wait(lambda: _hubfleet_workers() >= 1, "no worker came for the work that waits", 90)
if _hubfleet_future.result(timeout=60) != 49:
    raise RuntimeError(f"a worker computed 7 * 7 = {_hubfleet_future.result()}")
del _hubfleet_future
_hubfleet_wait(lambda: _hubfleet_workers() == 0, "idle workers have not gone", 120)
_hubfleet_cluster.adapt(active=False)
`,
  shutdown: `
_hubfleet_client.close()
_hubfleet_cluster.shutdown()
_hubfleet_wait(lambda: Gateway().list_clusters(status=["PENDING", "RUNNING", "STOPPING"]) == [], "the Dask cluster has not ended", 60)
`,
} as const;
