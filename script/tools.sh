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
