import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";

import { HubfleetError } from "../../errors/hubfleet-error.ts";

/** How long to look at a certificate again. */
const lookMilliseconds = 5_000;

/** What is wrong with a registry's certificate, in words; undefined where something else is wrong. */
export async function certificateFailure(
  error: unknown,
  registry: string,
  { url, now }: { readonly url: URL; readonly now: Date },
): Promise<HubfleetError | undefined> {
  const code = innermostCode(error);
  const say = (message: string, hint: string): HubfleetError =>
    new HubfleetError("REGISTRY_CERTIFICATE", { message, hint, retry: "later", cause: error });
  const whose = `the certificate of "${url.host}"${url.host === registry ? "" : ` (for "${registry}")`}`;
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    const isOver = code === "CERT_HAS_EXPIRED";
    const times = await validity(url, now);
    const end = times === undefined ? "" : isOver ? ` on ${shown(times.to)}` : ` before ${shown(times.from)}`;
    return say(
      `${whose} ${isOver ? `ended${end}` : `does not hold yet${end === "" ? "" : `, not${end}`}`}; this machine's clock says ${shown(now)}`,
      "set this machine's clock if it is wrong (`timedatectl`); otherwise whoever runs the registry must renew the certificate",
    );
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return say(
      `${whose} is for another name: ${innermostWords(error)}`,
      "name the registry as its certificate does, or tell whoever runs it",
    );
  }
  if (code !== undefined && unknownAuthority.has(code)) {
    return say(
      `${whose} comes from an authority that this machine does not know`,
      `put the authority's certificate into /etc/containers/certs.d/${url.host}/ca.crt, or name its file with NODE_EXTRA_CA_CERTS`,
    );
  }
  if (code === "EPROTO" || (code?.startsWith("ERR_SSL_") ?? false)) {
    const reason = /SSL routines:[^:]*:([^:]+):/.exec(innermostWords(error))?.[1] ?? innermostWords(error);
    const isPlain = /wrong version number|packet length too long|http request/.test(reason);
    return say(
      `"${url.host}" speaks no TLS${isPlain ? "" : ` that can be understood: ${reason}`}`,
      `where it speaks plain HTTP and you trust the network, set HUBFLEET_INSECURE_REGISTRIES=${registry}`,
    );
  }
  return undefined;
}

const unknownAuthority: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_UNTRUSTED",
]);

interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/** From when to when the certificate holds that does not hold now, if only an authority's; nothing is sent there. */
function validity(url: URL, now: Date): Promise<Validity | undefined> {
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port: Number(url.port || 443), ...name, rejectUnauthorized: false });
    const end = (found: Validity | undefined): void => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(lookMilliseconds, () => end(undefined));
    socket.once("error", () => end(undefined));
    socket.once("secureConnect", () => {
      const chain = listChain(socket.getPeerCertificate(true));
      end(chain.find(({ from, to }) => now < from || now > to) ?? chain[0]);
    });
  });
}

function listChain(first: DetailedPeerCertificate): readonly Validity[] {
  const found = new Map<string, Validity>();
  let one: DetailedPeerCertificate | undefined = first;
  while (one?.fingerprint256 !== undefined && !found.has(one.fingerprint256)) {
    found.set(one.fingerprint256, { from: new Date(one.valid_from), to: new Date(one.valid_to) });
    one = one.issuerCertificate;
  }
  return [...found.values()];
}

function shown(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

function innermostCode(error: unknown): string | undefined {
  const { cause, code } = Object(error) as { readonly cause?: unknown; readonly code?: unknown };
  return (cause === undefined ? undefined : innermostCode(cause)) ?? (typeof code === "string" ? code : undefined);
}

function innermostWords(error: unknown): string {
  const { cause, message, reason } = Object(error) as Readonly<Record<string, unknown>>;
  if (cause !== undefined) return innermostWords(cause);
  return String(typeof reason === "string" ? reason : message).trim();
}
