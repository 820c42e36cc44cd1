import { createHash, X509Certificate } from "node:crypto";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ClusterAddress, ClusterTarget } from "../../ports/kubernetes.ts";

/**
 * The fingerprint of an authority as `openssl x509 -fingerprint -sha256` has it; over all of them where there are several.
 * Undefined for what is no certificate.
 */
export function fingerprintOf(pem: string): string | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return undefined;
  const hash = createHash("sha256");
  try {
    for (const block of blocks) hash.update(new X509Certificate(block).raw);
  } catch {
    return undefined;
  }
  return `sha256:${hash.digest("hex")}`;
}

/**
 * Refuses another cluster than the pinned one. TLS sees to it that the server really is of the authority.
 * @throws HubfleetError CLUSTER_MISMATCH
 */
export function checkAddress(target: ClusterTarget, found: ClusterAddress): void {
  const server = target.server === undefined || plain(target.server) === plain(found.server);
  const authority =
    target.certificateAuthority === undefined || target.certificateAuthority === found.certificateAuthority;
  if (server && authority) return;
  const differences = [
    ...(server ? [] : [`its address is "${found.server}", not "${target.server ?? ""}"`]),
    ...(authority
      ? []
      : [
          `its authority is ${found.certificateAuthority ?? "one that this machine trusts"}, not ${target.certificateAuthority ?? ""}`,
        ]),
  ];
  throw new HubfleetError("CLUSTER_MISMATCH", {
    message: [`context "${found.context}" leads to another cluster than "${target.name}"`, ...differences].join("\n  "),
    hint: `choose the kubeconfig of the right one; if it was replaced, change \`server\` and \`certificateAuthority\` of clusters/${target.name}.yaml`,
  });
}

function plain(address: string): string {
  const { hostname, port } = new URL(address);
  return `${hostname}:${port === "" ? "443" : port}${new URL(address).pathname.replace(/\/+$/, "")}`;
}
