"""JupyterHub's idle culler, with a bounded log: `python -m hubfleet_local.culler OPTIONS`."""

import runpy

from hubfleet_local import log_bounds

if __name__ == "__main__":
    log_bounds.start()
    runpy.run_module("jupyterhub_idle_culler", run_name="__main__", alter_sys=True)
