"""An error on a worker arrives as itself: its type, its arguments, its cause, and the line that raised it."""

import traceback


class TooWarm(Exception):
    """An exception that only the notebook knows."""


def measure(place):
    readings = {"sea": 12}
    return readings[place]


def heat(degrees):
    try:
        measure("moon")
    except KeyError as error:
        raise TooWarm("on the moon", degrees) from error


def test_exceptions_of_python(client):
    error = client.submit(measure, "moon").exception()

    assert type(error) is KeyError and error.args == ("moon",), f"{error!r} arrived"
    names = [frame.name for frame in traceback.extract_tb(client.submit(measure, "moon").traceback())]
    assert "measure" in names, f"the traceback names {names}"


def test_exceptions_of_the_notebook(client):
    try:
        client.submit(heat, 130).result()
    except TooWarm as error:
        assert error.args == ("on the moon", 130), f"{error!r} arrived"
        assert "in heat" in "".join(traceback.format_exception(error)), "the traceback does not name the function"
    else:
        raise AssertionError("no exception arrived")
