"""Objects worth sending, for packages whose objects people send. Each is small and holds what tends to differ."""

import datetime
import operator


def objects_of(package):
    """By label; empty for packages that we know nothing of."""
    make = makers.get(package)
    return make() if make is not None else {}


def is_same(sent, back):
    """Equality as the object's library understands it."""
    if sent is back:
        return True
    if type(sent).__qualname__ != type(back).__qualname__:
        return False
    if hasattr(sent, "identical"):  # xarray, pandas' indexes
        return bool(sent.identical(back))
    if hasattr(sent, "equals"):  # pandas, pyarrow, polars, shapely
        return bool(sent.equals(back)) and str(getattr(sent, "dtypes", "")) == str(getattr(back, "dtypes", ""))
    if hasattr(sent, "toarray"):  # scipy's sparse matrices
        return bool((sent.toarray() == back.toarray()).all())
    if hasattr(sent, "tobytes") and hasattr(sent, "dtype"):
        return sent.dtype == back.dtype and sent.tolist() == back.tolist()
    if callable(sent) or hasattr(sent, "__next__") or type(sent).__eq__ is object.__eq__:
        return describe(sent) == describe(back)
    return bool(sent == back)


def describe(thing):
    """For objects without an equality of their own: what they hold, addresses left out."""
    for step in ("get_params", "tolist", "get_state", "__getstate__"):
        if hasattr(thing, step):
            return repr(getattr(thing, step)()).split(" at 0x")[0]
    return repr(thing).split(" at 0x")[0]


def of_numpy():
    import numpy

    drawn = numpy.random.default_rng(7)
    drawn.random(3)
    return {
        "array": numpy.arange(6.0).reshape(2, 3),
        "array in Fortran's order": numpy.asfortranarray(numpy.arange(6).reshape(2, 3)),
        "structured array": numpy.array([(1, "a")], dtype=[("x", "i4"), ("y", "U2")]),
        "array of datetimes": numpy.array(["2026-11-21T10:00"], dtype="datetime64[ns]"),
        "array of objects": numpy.array([1, "two", None], dtype=object),
        "masked array": numpy.ma.masked_equal([1, 2, 3], 2),
        "scalar": numpy.float64(1.5),
        "dtype": numpy.dtype("complex64"),
        "universal function": numpy.add,
        "random generator": drawn.bit_generator,
    }


def of_pandas():
    import pandas

    frame = pandas.DataFrame(
        {
            "number": [1.5, 2.5, None],
            "word": ["a", "b", None],
            "day": pandas.date_range("2026-01-01", periods=3, tz="Europe/Paris"),
            "kind": pandas.Categorical(["x", "y", "x"]),
            "whole": pandas.array([1, None, 3], dtype="Int64"),
        }
    )
    return {
        "data frame": frame,
        "series of words": pandas.Series(["a", "b"], name="word"),
        "multi-index": pandas.MultiIndex.from_product([["a", "b"], [1, 2]], names=["one", "two"]),
        "range index": pandas.RangeIndex(5),
        "index of days": pandas.date_range("2026-01-01", periods=3, freq="D"),
        "timestamp": pandas.Timestamp("2026-11-21T10:00", tz="UTC"),
        "period": pandas.Period("2026-11", freq="M"),
        "interval": pandas.Interval(0, 1),
        "offset": pandas.offsets.MonthEnd(2),
        "missing value": pandas.NA,
    }


def of_pyarrow():
    import pyarrow

    table = pyarrow.table({"x": [1, 2, None], "y": ["a", None, "c"]})
    return {"table": table, "schema": table.schema, "array": table["x"].combine_chunks(), "type": pyarrow.list_(pyarrow.int8())}


def of_xarray():
    import numpy
    import xarray

    array = xarray.DataArray(numpy.arange(4.0).reshape(2, 2), dims=("x", "y"), coords={"x": [1, 2]}, attrs={"units": "K"})
    return {"data array": array, "dataset": array.to_dataset(name="t")}


def of_scipy():
    import scipy.sparse
    import scipy.spatial

    return {"sparse array": scipy.sparse.csr_array([[0, 1.0], [2.0, 0]]), "sparse matrix": scipy.sparse.coo_matrix([[0, 1]])}


def of_shapely():
    import shapely

    return {
        "point": shapely.Point(1, 2),
        "polygon": shapely.Polygon([(0, 0), (1, 0), (1, 1)]),
        "prepared": shapely.MultiLineString([[(0, 0), (1, 1)]]),
    }


def of_geopandas():
    import geopandas
    import shapely

    return {"geographic frame": geopandas.GeoDataFrame({"n": [1]}, geometry=[shapely.Point(1, 2)], crs="EPSG:4326")}


def of_pyproj():
    import pyproj

    return {"coordinate system": pyproj.CRS.from_epsg(4326)}


def of_scikit_learn():
    from sklearn.linear_model import LinearRegression
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_depth=2, random_state=0).fit([[0], [1], [2]], [0, 1, 1])
    return {"fitted line": LinearRegression().fit([[0], [1]], [0, 2]), "fitted tree": tree}


def of_polars():
    import polars

    return {"frame": polars.DataFrame({"x": [1, 2], "y": ["a", None]})}


def of_dask():
    import dask

    made = {"delayed": dask.delayed(operator.add)(1, 2).key.__class__}
    try:
        import dask.array

        made["array"] = dask.array.ones((4, 4), chunks=2).chunks
    except ImportError:
        pass
    return made


def of_toolz():
    import toolz

    return {"curried function": toolz.curry(operator.add)(1).func, "composition": toolz.compose(abs, int).first}


def of_networkx():
    import networkx

    graph = networkx.path_graph(3)
    return {"edges of a graph": sorted(graph.edges), "adjacency of a graph": dict(graph.adj)[1].__class__}


def of_sympy():
    import sympy

    return {"expression": sympy.sin(sympy.Symbol("x")) ** 2}


def of_matplotlib():
    import matplotlib.colors
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    return {"colour map": matplotlib.colors.ListedColormap(["red", "blue"]), "size of a figure": figure.get_size_inches()}


def of_pillow():
    import PIL.Image

    return {"picture": PIL.Image.new("RGB", (2, 2), "red").tobytes(), "picture as object": PIL.Image.new("L", (2, 2), 7)}


def of_python_dateutil():
    import dateutil.relativedelta
    import dateutil.tz

    return {"difference": dateutil.relativedelta.relativedelta(months=1), "time zone": dateutil.tz.gettz("UTC")}


def of_pytz():
    import pytz

    return {"time in a zone": pytz.timezone("Europe/Paris").localize(datetime.datetime(2026, 7, 1))}


def of_packaging():
    import packaging.version

    return {"version": packaging.version.Version("1.2.3")}


makers = {
    "numpy": of_numpy,
    "pandas": of_pandas,
    "pyarrow": of_pyarrow,
    "xarray": of_xarray,
    "scipy": of_scipy,
    "shapely": of_shapely,
    "geopandas": of_geopandas,
    "pyproj": of_pyproj,
    "scikit-learn": of_scikit_learn,
    "polars": of_polars,
    "dask": of_dask,
    "toolz": of_toolz,
    "networkx": of_networkx,
    "sympy": of_sympy,
    "matplotlib": of_matplotlib,
    "pillow": of_pillow,
    "python-dateutil": of_python_dateutil,
    "pytz": of_pytz,
    "packaging": of_packaging,
}
