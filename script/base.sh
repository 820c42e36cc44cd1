# Sourced by scripts that build images: a base with Python, as a tar archive of its files. Packages' documentation is left out.
# They define `say`.

# bring_base DIRECTORY: afterwards `base` is the archive's path.
bring_base() {
  local kept=$1 suite=bookworm packages=python3,python3-pip,python3-venv,ca-certificates lean=() directory key log
  for directory in doc man locale; do lean+=("--dpkgopt=path-exclude=/usr/share/$directory/*"); done
  key=$(printf '%s\n' "$suite" "$packages" "${lean[@]}" | sha256sum | cut -c1-16)
  base=$kept/base-$key.tar
  [ -s "$base" ] && return 0
  command -v mmdebstrap >/dev/null || return 1
  say "making a base with Python out of Debian packages (two minutes) …"
  log=$(mktemp)
  if ! mmdebstrap --quiet --variant=minbase --include="$packages" "${lean[@]}" "$suite" "$base.new.tar" >"$log" 2>&1; then
    tail -3 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  mv "$base.new.tar" "$base"
}
