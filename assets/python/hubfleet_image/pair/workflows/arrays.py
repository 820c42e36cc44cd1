"""Dask arrays: made on the workers, sent there, computed, compared with what numpy says here."""

try:
    import numpy
except ImportError:
    raise Skipped("numpy is not in the notebook image: dask.array cannot be used there") from None

import dask.array


def test_arrays(client):
    local = numpy.arange(600_000, dtype="f8").reshape(600, 1000)
    sent = dask.array.from_array(local, chunks=(200, 250))
    product = (sent @ sent.T).rechunk((150, 600))

    assert numpy.allclose(product.sum(axis=0).compute(), (local @ local.T).sum(axis=0)), "a product differs"
    assert sent[::7, 1:-1].mean().compute() == local[::7, 1:-1].mean(), "a slice differs"
    assert (sent.map_blocks(lambda block: block * 2).max().compute()) == local.max() * 2, "map_blocks differs"
    drawn = dask.array.random.default_rng(1).normal(size=(400, 400), chunks=200)
    assert abs(float(drawn.mean().compute())) < 0.1, "random numbers are not"
    typed = numpy.array([(1, 2.5, "a")], dtype=[("x", "i4"), ("y", "f8"), ("z", "U3")])
    assert client.submit(lambda array: array, typed).result() == typed, "a structured array differs"
