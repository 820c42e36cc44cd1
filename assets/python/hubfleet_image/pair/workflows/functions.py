"""What notebooks are made of: functions and classes that exist nowhere but in the notebook, sent by value."""

import dataclasses
import functools


def test_lambda(client):
    assert client.submit(lambda number: number + 1, 41).result() == 42


def test_closure_with_try(client):
    offset = 10

    def careful(number):
        try:
            return offset // number
        except ZeroDivisionError as error:
            return f"caught {type(error).__name__}"
        finally:
            [number for number in range(3)]

    assert client.gather(client.map(careful, [5, 0])) == [2, "caught ZeroDivisionError"]


def test_recursion_and_generators(client):
    def squares(number):
        if number == 0:
            return
        yield from squares(number - 1)
        yield number**2

    assert client.submit(lambda number: list(squares(number)), 4).result() == [1, 4, 9, 16]


def test_decorators_and_defaults(client):
    def twice(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            return function(*args, **kwargs) * 2

        return inner

    @twice
    def add(one, other=2, *, third=3):
        match third:
            case 3:
                return one + other + third
            case _:
                return 0

    assert client.submit(functools.partial(add, other=5), 1).result() == 18


class Shape:
    """A class of the notebook, with state and a parent."""

    sides = 0

    def __init__(self, name):
        self.name = name

    def describe(self):
        return f"{self.name}: {self.sides}"


class Square(Shape):
    sides = 4

    def describe(self):
        return super().describe().upper()


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

    def moved(self, by):
        return dataclasses.replace(self, x=self.x + by)


def test_classes_of_the_notebook(client):
    assert client.submit(Square("square").describe).result() == "SQUARE: 4"
    back = client.submit(lambda point: point.moved(2), Point(1)).result()
    assert type(back) is Point and back == Point(3), f"{back!r} came back"
