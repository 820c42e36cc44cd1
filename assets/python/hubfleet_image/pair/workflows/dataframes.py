"""Dask dataframes, and pandas objects as arguments and results."""

try:
    import pandas
except ImportError:
    raise Skipped("pandas is not in the notebook image") from None

import numpy


def test_pandas_objects(client):
    frame = a_frame()

    back = client.submit(lambda sent: sent.assign(twice=sent.number * 2), frame).result()

    pandas.testing.assert_frame_equal(back.drop(columns="twice"), frame)
    assert (back.twice == frame.number * 2).all()


def test_dask_dataframes(client):
    try:
        import dask.dataframe
    except ImportError as error:
        reason = " ".join(str(error).split())[:150]
        raise Skipped(f"pandas objects travel; dask.dataframe cannot be imported in the notebook image: {reason}")
    frame = a_frame()
    sent = dask.dataframe.from_pandas(frame, npartitions=4)

    assert sent.number.sum().compute() == frame.number.sum(), "a sum differs"
    means = sent.groupby("word").number.mean().compute().sort_index()
    numpy.testing.assert_allclose(means, frame.groupby("word").number.mean().sort_index())
    assert len(sent.merge(sent, on="word", how="inner").compute()) == len(frame.merge(frame, on="word")), "a join differs"


def a_frame():
    return pandas.DataFrame(
        {
            "number": numpy.arange(200, dtype="f8"),
            "word": [f"word {index % 7}" for index in range(200)],
            "day": pandas.date_range("2026-01-01", periods=200, freq="h", tz="UTC"),
            "kind": pandas.Categorical(["a", "b"] * 100),
        }
    )
