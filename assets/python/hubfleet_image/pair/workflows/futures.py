"""Futures: submitted, mapped, depending on each other, delayed, scattered, cancelled."""

import operator

import dask
from distributed import as_completed, wait


def test_futures(client):
    powers = client.map(pow, range(40), [2] * 40)
    total = client.submit(sum, powers)
    assert total.result() == sum(number**2 for number in range(40))
    assert sorted(future.result() for future in as_completed(powers)) == [number**2 for number in range(40)]

    shared = client.scatter({"answer": 42}, broadcast=True)
    assert client.submit(operator.getitem, shared, "answer").result() == 42

    chain = dask.delayed(0)
    for _ in range(30):
        chain = dask.delayed(operator.add)(chain, 1)
    assert chain.compute() == 30

    wait(powers)
    assert client.gather(powers[:3]) == [0, 1, 4]
