# The container of image "lab", which hubfleet makes of images/lab. Nobody edits this text: edit those files.
# To do more than they can say, keep it as images/lab/Dockerfile; from then on that file is what is built.
# Secrets, all optional, are mounted while packages are fetched and are in no layer: pip.conf and uv.toml (another
# package index), netrc (logins), ca-certificates (whom to trust).

FROM docker.io/library/python@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
USER root

# Nobody is root at run time. A base that has this user keeps its own.
RUN set -eu; \
    grep -q '^jovyan:[^:]*:1000:' /etc/passwd || { \
      sed -i -e '/^jovyan:/d' -e '/^[^:]*:[^:]*:1000:/d' /etc/passwd; \
      echo 'jovyan:x:1000:100::/home/jovyan:/bin/bash' >> /etc/passwd; \
    }; \
    test -d /home/jovyan || install -d -o 1000 -g 100 /home/jovyan

# apt.txt
RUN set -eu; \
    command -v apt-get >/dev/null || { echo 'hubfleet: the base has no apt-get, so apt.txt cannot be carried out' >&2; exit 1; }; \
    export DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0; \
    export SOURCE_DATE_EPOCH=315532800 FORCE_SOURCE_DATE=1; \
    apt-get update -q; \
    apt-get install -q -y --no-install-recommends \
      git \
      tini; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old /etc/*- \
      /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/log/fontconfig.log /var/lib/texmf/web2c/*/*.log \
      /var/lib/texmf/web2c/*.log /var/cache/ldconfig/aux-cache /var/cache/fontconfig/* /tmp/* /var/tmp/* \
      /etc/ssh/ssh_host_* /var/lib/dbus/machine-id; \
    if test -e /etc/machine-id; then : > /etc/machine-id; fi

# The packages of the lock, each compared with its hash
ARG LOCK=lock.txt
COPY $LOCK /usr/local/share/hubfleet/lock.txt
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    --mount=type=secret,id=uv.toml,target=/etc/uv/uv.toml \
    --mount=type=secret,id=netrc,target=/root/.netrc \
    --mount=type=secret,id=ca-certificates,target=/run/secrets/ca-certificates \
    set -eu; \
    export HOME=/root PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore; \
    export UV_NO_CACHE=1 UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_INDEX_STRATEGY=unsafe-best-match; \
    export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=315532800; \
    command -v python3 >/dev/null || { echo 'hubfleet: the base has no python3, which installs the conda packages; the Python that they bring is another one' >&2; exit 1; }; \
    python3 -m pip --version >/dev/null || { echo 'hubfleet: the base has no pip for its python3, which fetches what installs the packages' >&2; exit 1; }; \
    if test -s /run/secrets/ca-certificates; then \
      export SSL_CERT_FILE=/run/secrets/ca-certificates PIP_CERT=/run/secrets/ca-certificates; \
    fi; \
    index=$(python3 -m pip config get global.index-url 2>/dev/null || true); \
    more=$(python3 -m pip config get global.extra-index-url 2>/dev/null | tr '\n' ' ' || true); \
    if test -n "$index"; then export UV_DEFAULT_INDEX="$index"; fi; \
    if test -n "$more"; then export UV_INDEX="$more"; fi; \
    printf '%s\n' \
      'uv==0.13.8 --hash=sha256:e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984 --hash=sha256:0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d' \
      'py-rattler==0.28.0 --hash=sha256:4f4ab1d34d5394e7ce130a86e59009c95ace4f5757d9c3af04de1351bcea47eb --hash=sha256:61b24202374188e72130f1b3dc63b455befaafc3e49e5481a38b6a6c8828c1e0' > /tmp/tool.txt; \
    python3 -m pip install -q --target /tmp/tool --no-deps --no-compile --require-hashes -r /tmp/tool.txt; \
    printf '%s\n' \
      'import asyncio, hashlib, importlib.metadata, json, os, platform, re, sys' \
      'import rattler' \
      'from rattler.package_streaming import download_to_path' \
      '' \
      'prefix, cache = "/opt/hubfleet", "/tmp/conda"' \
      'subdir = {"x86_64": "linux-64", "aarch64": "linux-aarch64"}[platform.machine()]' \
      'text = open("/usr/local/share/hubfleet/lock.txt").read()' \
      'locked = re.findall(r"^@conda %s (\S+) sha256:(\S+)$" % subdir, text, re.M)' \
      'locked or sys.exit("hubfleet: the lock has no conda packages for " + subdir + ": add the platform to image.yaml and lock again")' \
      '' \
      'async def bring(client, turns, url, digest):' \
      '    path = cache + "/" + url.rsplit("/", 1)[1]' \
      '    async with turns:' \
      '        await download_to_path(client, url, path)' \
      '    if hashlib.sha256(open(path, "rb").read()).hexdigest() != digest:' \
      '        sys.exit("hubfleet: " + url + " is not what was locked: its hash differs")' \
      '    return await rattler.RepoDataRecord.from_package_archive(path)' \
      '' \
      'async def main():' \
      '    os.makedirs(cache)' \
      '    client, turns = rattler.Client.default_client(), asyncio.Semaphore(8)' \
      '    records = await asyncio.gather(*[bring(client, turns, url, digest) for url, digest in locked])' \
      '    await rattler.install(records=records, target_prefix=prefix, cache_dir=cache, installed_packages=[],' \
      '        platform=rattler.Subdir(subdir), execute_link_scripts=False, show_progress=False)' \
      '' \
      'asyncio.run(main())' \
      '' \
      '# Each record says where its package is from, not where it lay during the build.' \
      'urls = {url.rsplit("/", 1)[1]: url for url, digest in locked}' \
      'for name in os.listdir(prefix + "/conda-meta"):' \
      '    path = prefix + "/conda-meta/" + name' \
      '    record = json.load(open(path)) if name.endswith(".json") else {}' \
      '    if record.get("fn") in urls:' \
      '        url = urls[record["fn"]]' \
      '        record.update(url=url, channel=url.rsplit("/", 2)[0])' \
      '        record.pop("extracted_package_dir", None), record.pop("package_tarball_full_path", None)' \
      '        json.dump(record, open(path, "w"), indent=2, sort_keys=True)' \
      '' \
      'places = [os.path.join(prefix, "lib", name, "site-packages") for name in os.listdir(prefix + "/lib") if name.startswith("python3.")]' \
      'normal = lambda name: re.sub(r"[-_.]+", "-", name).lower()' \
      'brought = {normal(one.metadata["Name"]) for one in importlib.metadata.distributions(path=places)}' \
      'lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]' \
      'pins = [line for line in lines if re.match(r"[A-Za-z0-9]", line) and normal(re.match(r"[\w.-]+", line)[0]) not in brought]' \
      'for file, wanted in (("git", True), ("hashed", False)):' \
      '    chosen = [line + "\n" for line in pins if bool(re.search(r"@ *git\+", line)) == wanted]' \
      '    open("/tmp/" + file + ".txt", "w").writelines(chosen)' > /tmp/install.py; \
    PYTHONPATH=/tmp/tool python3 /tmp/install.py; \
    if test -s /tmp/hashed.txt; then /tmp/tool/bin/uv pip install -q --python /opt/hubfleet/bin/python --no-deps --break-system-packages --require-hashes -r /tmp/hashed.txt; fi; \
    if test -s /tmp/git.txt; then \
      command -v git >/dev/null || { echo 'hubfleet: the lock has packages from Git, and the container has no git to fetch them with: write git into apt.txt' >&2; exit 1; }; \
      /tmp/tool/bin/uv pip install -q --python /opt/hubfleet/bin/python --no-deps --break-system-packages -r /tmp/git.txt; \
    fi; \
    find /opt/hubfleet/lib -name '*.pyc' -delete; \
    rm -rf /tmp/* /opt/hubfleet/.lock /opt/hubfleet/.gitignore /opt/hubfleet/CACHEDIR.TAG; \
    /opt/hubfleet/bin/python -m compileall -q -j 0 --invalidation-mode checked-hash -x '/tests?/' /opt/hubfleet/lib >/dev/null || true; \
    chown -R 1000:100 /opt/hubfleet

ENV PATH=/opt/hubfleet/bin:$PATH HOME=/home/jovyan SHELL=/bin/bash CONDA_PREFIX=/opt/hubfleet
COPY --chown=1000:100 . /srv/image/

# Every command of the container is started by this.
RUN set -eu; \
    printf '%s\n' \
      'export GREETING=$'\''it\'\''s $HOME\n\\'\''' \
      'for script in /opt/hubfleet/etc/conda/activate.d/*.sh; do [ ! -r "$script" ] || . "$script"; done' \
      'export GREETING=$'\''it\'\''s $HOME\n\\'\''' > /usr/local/share/hubfleet/activate.sh; \
    printf '%s\n' \
      '#!/bin/bash' \
      '. /usr/local/share/hubfleet/activate.sh' \
      '[ $$ -ne 1 ] || ! command -v tini >/dev/null || exec tini -- /srv/image/start "$@"' \
      'exec /srv/image/start "$@"' > /usr/local/bin/hubfleet-start; \
    chmod 0755 /usr/local/bin/hubfleet-start /srv/image/start

USER 1000
WORKDIR /home/jovyan

# postBuild, once, with the packages and as the user
RUN set -eu; \
    export PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 PYTHONHASHSEED=0; \
    cd /srv/image; \
    chmod +x postBuild; \
    bash -c '. /usr/local/share/hubfleet/activate.sh; exec ./postBuild'; \
    rm -rf "$HOME/.cache" /tmp/* /var/tmp/*

ENTRYPOINT ["/usr/local/bin/hubfleet-start"]
CMD ["jupyterhub-singleuser"]
