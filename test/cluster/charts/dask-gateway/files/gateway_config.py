"""Settings of the gateway's API and of its controller, from the chart's values, which lie beside it."""

import json
from pathlib import Path

c = get_config()  # noqa: F821 - the server hands it in

_given = json.loads((Path(__file__).parent / "values.json").read_text())
_gateway, _name, _namespace = _given["gateway"], _given["name"], _given["namespace"]
_api = f"http://api-{_name}.{_namespace}:8000/api"

c.DaskGateway.address = c.KubeController.address = ":8000"
c.DaskGateway.log_level = _gateway["loglevel"]
c.DaskGateway.backend_class = "dask_gateway_server.backends.kubernetes.KubeBackend"
c.KubeBackend.api_url = c.KubeController.api_url = _api
c.KubeBackend.gateway_instance = c.KubeController.gateway_instance = _name
c.KubeController.proxy_prefix = _gateway["prefix"]
c.KubeController.proxy_web_middlewares = [{"name": f"clusters-prefix-{_name}", "namespace": _namespace}]
c.KubeController.proxy_tcp_entrypoint = "web"

c.DaskGateway.authenticator_class = "dask_gateway_server.auth.JupyterHubAuthenticator"
c.JupyterHubAuthenticator.jupyterhub_api_url = _gateway["auth"]["jupyterhub"]["apiUrl"]
if _gateway["auth"]["jupyterhub"].get("jupyterhubServiceName"):
    c.JupyterHubAuthenticator.jupyterhub_service_name = _gateway["auth"]["jupyterhub"]["jupyterhubServiceName"]

_backend = _gateway["backend"]
if _backend["image"]["name"]:
    c.KubeClusterConfig.image = f"{_backend['image']['name']}:{_backend['image']['tag']}"
for _kind in ("scheduler", "worker"):
    for _key, _value in {
        "cores": _backend[_kind]["cores"].get("request"),
        "cores_limit": _backend[_kind]["cores"].get("limit"),
        "memory": _backend[_kind]["memory"].get("request"),
        "memory_limit": _backend[_kind]["memory"].get("limit"),
        "extra_pod_config": _backend[_kind]["extraPodConfig"],
    }.items():
        if _value is not None:
            setattr(c.KubeClusterConfig, f"{_kind}_{_key}", _value)
if _backend["worker"].get("threads") is not None:
    c.KubeClusterConfig.worker_threads = _backend["worker"]["threads"]

for _entry, _code in sorted(_gateway["extraConfig"].items()):
    exec(_code)
