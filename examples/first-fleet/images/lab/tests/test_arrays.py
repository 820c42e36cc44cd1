# Run by `hubfleet check image/lab` in the image's environment. Files named test_*.py are pytest's; other .py files are
# run as scripts, .ipynb files cell by cell. pytest itself need not be in the image.
import dask.array
import numpy


def test_dask_and_numpy_agree():
    numbers = numpy.arange(10_000, dtype=float)

    assert dask.array.from_array(numbers, chunks=1_000).sum().compute() == numbers.sum()
