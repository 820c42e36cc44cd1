# Sourced by script/check and script/test: format, lint and types; each counts as one check.
passed_checks=0
failed_checks=0

check() {
  local name=$1
  shift
  printf '── %s\n' "$name"
  if "$@"; then
    passed_checks=$((passed_checks + 1))
  else
    failed_checks=$((failed_checks + 1))
    printf '── %s FAILED\n' "$name"
  fi
}

run_checks() {
  check format oxfmt --check
  check lint oxlint --type-aware --quiet
  check types tsc --noEmit
}
