"""JupyterHub and Dask Gateway as plain processes of one machine.

`hub` and `gateway` are the two programs; everything else serves them.
"""
