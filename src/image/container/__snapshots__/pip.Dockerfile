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
    command -v python3.11 >/dev/null || { echo 'hubfleet: image lab asks for Python 3.11, and its base has no python3.11: choose a base that has it, or set python in image.yaml to what the base has' >&2; exit 1; }; \
    python3.11 -m pip --version >/dev/null || { echo 'hubfleet: the base has no pip for its python3.11, which fetches what installs the packages' >&2; exit 1; }; \
    if test -s /run/secrets/ca-certificates; then \
      export SSL_CERT_FILE=/run/secrets/ca-certificates PIP_CERT=/run/secrets/ca-certificates; \
    fi; \
    index=$(python3.11 -m pip config get global.index-url 2>/dev/null || true); \
    more=$(python3.11 -m pip config get global.extra-index-url 2>/dev/null | tr '\n' ' ' || true); \
    if test -n "$index"; then export UV_DEFAULT_INDEX="$index"; fi; \
    if test -n "$more"; then export UV_INDEX="$more"; fi; \
    printf '%s\n' \
      'uv==0.13.8 --hash=sha256:e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984 --hash=sha256:0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d' > /tmp/tool.txt; \
    python3.11 -m pip install -q --target /tmp/tool --no-deps --no-compile --require-hashes -r /tmp/tool.txt; \
    /tmp/tool/bin/uv venv -q --python "$(command -v python3.11)" /opt/hubfleet; \
    /tmp/tool/bin/uv pip install -q --python /opt/hubfleet/bin/python --no-deps --break-system-packages --require-hashes -r /usr/local/share/hubfleet/lock.txt; \
    rm -rf /tmp/* /opt/hubfleet/.lock /opt/hubfleet/.gitignore /opt/hubfleet/CACHEDIR.TAG; \
    /opt/hubfleet/bin/python -m compileall -q -j 0 --invalidation-mode checked-hash -x '/tests?/' /opt/hubfleet/lib >/dev/null || true; \
    chown -R 1000:100 /opt/hubfleet

ENV PATH=/opt/hubfleet/bin:$PATH HOME=/home/jovyan SHELL=/bin/bash
USER 1000
WORKDIR /home/jovyan
CMD ["jupyterhub-singleuser"]
