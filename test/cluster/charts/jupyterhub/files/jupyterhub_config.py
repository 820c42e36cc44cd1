"""Settings of the hub, from the chart's values, which lie beside it in a Secret."""

from pathlib import Path

import yaml

c = get_config()  # noqa: F821 - JupyterHub hands it in

_secret = Path("/usr/local/etc/jupyterhub/secret")
_values = yaml.safe_load((_secret / "values.yaml").read_text())
_hub, _user, _cull = _values["hub"], _values["singleuser"], _values["cull"]


def _set(section, **settings):
    """Whatever is null in the values, or was, for Helm leaves such out, stays as JupyterHub has it."""
    for name, value in settings.items():
        if value is not None:
            setattr(section, name, value)


_set(
    c.JupyterHub,
    spawner_class="kubespawner.KubeSpawner",
    db_url="sqlite:///jupyterhub.sqlite" if _hub["db"]["type"] == "sqlite-pvc" else "sqlite://",
    base_url=_hub["baseUrl"],
    concurrent_spawn_limit=_hub.get("concurrentSpawnLimit"),
    active_server_limit=_hub.get("activeServerLimit"),
    cleanup_servers=False,
    hub_bind_url="http://:8081",
    hub_connect_url="http://hub:8081",
    last_activity_interval=60,
    tornado_settings={"slow_spawn_timeout": 0},
    cookie_secret=(_secret / "hub.config.JupyterHub.cookie_secret").read_text(),
)
_set(c.ConfigurableHTTPProxy, api_url="http://proxy-api:8001", should_start=False)

_storage = _user["storage"]
_is_disk = _storage["type"] == "dynamic"
_mount = {"name": "home", "mountPath": _storage["homeMountPath"]}
if not _is_disk:
    _mount["subPath"] = _storage["static"]["subPath"]
_set(
    c.KubeSpawner,
    namespace=_values["Release"]["Namespace"],
    common_labels={
        "app": "jupyterhub",
        "app.kubernetes.io/name": "jupyterhub",
        "app.kubernetes.io/instance": _values["Release"]["Name"],
        "app.kubernetes.io/managed-by": "kubespawner",
    },
    image=f"{_user['image']['name']}:{_user['image']['tag']}" if _user["image"]["name"] else None,
    start_timeout=_user["startTimeout"],
    uid=_user["uid"],
    fs_gid=_user["fsGid"],
    environment=_user["extraEnv"],
    extra_labels=_user["extraLabels"],
    cpu_limit=_user["cpu"].get("limit"),
    cpu_guarantee=_user["cpu"].get("guarantee"),
    mem_limit=_user["memory"].get("limit"),
    mem_guarantee=_user["memory"].get("guarantee"),
    storage_pvc_ensure=_is_disk,
    storage_capacity=_storage["capacity"] if _is_disk else None,
    storage_class=_storage["dynamic"].get("storageClass") if _is_disk else None,
    volumes={
        "home": {
            "name": "home",
            "persistentVolumeClaim": {"claimName": "{pvc_name}" if _is_disk else _storage["static"]["pvcName"]},
        }
    },
    volume_mounts={"home": _mount},
)
_set(c.Spawner, cmd=_user.get("cmd"), default_url=_user.get("defaultUrl"))

c.JupyterHub.services = []
for _name, _service in _hub["services"].items():
    _plain = {key: value for key, value in _service.items() if key != "apiToken"}
    _token = (_secret / f"hub.services.{_name}.apiToken").read_text()
    c.JupyterHub.services.append({**_plain, "name": _name, "api_token": _token})
c.JupyterHub.load_roles = [{"name": name, **role} for name, role in _hub["loadRoles"].items()]
if _cull["enabled"]:
    _times = [f"--timeout={_cull['timeout']}", f"--cull-every={_cull['every']}", f"--max-age={_cull.get('maxAge') or 0}"]
    _api = f"http://localhost:8081{_hub['baseUrl'].rstrip('/')}/hub/api"
    c.JupyterHub.services.append(
        {"name": "culler", "command": ["python3", "-m", "jupyterhub_idle_culler", f"--url={_api}", *_times]}
    )
    _scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
    c.JupyterHub.load_roles.append({"name": "culler", "services": ["culler"], "scopes": _scopes})

# What was read from the Secret's own keys above is the same.
for _section, _traits in _hub["config"].items():
    c[_section].update(_traits)
for _name, _code in sorted(_hub["extraConfig"].items()):
    exec(_code)
