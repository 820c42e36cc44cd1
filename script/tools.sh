# Sourced by the other scripts: where tools are kept and how they are found. Brings nothing by itself.
hubfleet_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
hubfleet_tools=${HUBFLEET_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/hubfleet/tools}
hubfleet_node_version=$(cat "$hubfleet_root/.node-version")
hubfleet_uv_version=0.13.8

node_is_new_enough() { [ "$("$1" -p 'Number(process.versions.node.split(".")[0]) >= 24' 2>/dev/null)" = true ]; }

# Puts Node 24 and uv on PATH where they are kept or installed already.
use_tools() {
  if ! { command -v node >/dev/null && node_is_new_enough node; }; then
    PATH="$hubfleet_tools/node-$hubfleet_node_version/bin:$PATH"
  fi
  command -v uv >/dev/null || PATH="$hubfleet_tools/uv-$hubfleet_uv_version/bin:$PATH"
  export PATH
}

hubfleet_sops_version=3.13.3
hubfleet_age_version=1.3.2

# Puts sops and age on PATH, built where they are not kept yet. Needs Go.
bring_sops() {
  local kept="$hubfleet_tools/sops-$hubfleet_sops_version-age-$hubfleet_age_version"
  if [ ! -x "$kept/sops" ]; then
    command -v go >/dev/null || { echo "sops is not here, and Go is not either, which would build it" >&2; return 1; }
    echo "building sops $hubfleet_sops_version and age $hubfleet_age_version"
    local made
    mkdir -p "$hubfleet_tools"
    made=$(mktemp -d "$hubfleet_tools/.sops-XXXXXX")
    (
      export GOBIN="$made"
      nice -n 10 go install "filippo.io/age/cmd/...@v$hubfleet_age_version" &&
        nice -n 10 go install -ldflags='-s -w' "github.com/getsops/sops/v3/cmd/sops@v$hubfleet_sops_version"
    ) || return 1
    mv -T "$made" "$kept"
  fi
  PATH="$kept:$PATH"
}
