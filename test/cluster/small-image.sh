# Sourced by up.sh: an image of 2 MB with a shell, for pods that only have to be there; every pod's sandbox is one of it too.

# make_small_image FILE NAME BUSYBOX
make_small_image() {
  local file=$1 reference=$2 busybox=$3 draft layer
  draft=$(mktemp -d "$root/draft-XXXXXX")
  mkdir -p "$draft/files/bin" "$draft/files/tmp"
  cp "$busybox" "$draft/files/bin/busybox"
  for command in $("$busybox" --list); do [ "$command" = busybox ] || ln -s busybox "$draft/files/bin/$command"; done
  tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --directory="$draft/files" --file="$draft/layer.tar" .
  layer=$(sha256sum "$draft/layer.tar" | cut -c1-64)
  cat >"$draft/config.json" <<Y
{"architecture": "$(dpkg --print-architecture)", "os": "linux", "config": {"Env": ["PATH=/bin"], "Cmd": ["sleep", "2147483647"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]}, "history": [{"created_by": "busybox"}]}
Y
  printf '[{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["layer.tar"]}]' "$reference" >"$draft/manifest.json"
  tar --create --directory="$draft" --file="$file" manifest.json config.json layer.tar
  rm -rf "$draft"
}
