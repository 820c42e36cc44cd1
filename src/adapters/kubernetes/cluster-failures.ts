import type { ErrorCode } from "../../errors/codes.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";

/** What a request was about: `delete` of `configmap "look" in "lab"`. */
export interface Asked {
  readonly verb: string;
  readonly what: string;
}

interface Place {
  readonly name: string;
  readonly server: string;
}

/** What a cluster's refusal is in our codes. Its own words name the field, the policy or the identity. */
export function judgeStatus(
  answer: { readonly status: number; readonly text: string },
  { verb, what }: Asked,
  cluster: string,
): HubfleetError {
  const words = readWords(answer.text);
  const say = (code: ErrorCode, hint?: string): HubfleetError =>
    new HubfleetError(code, {
      message: `cluster "${cluster}" refused to ${verb} ${what}: ${words}`,
      ...(hint === undefined ? {} : { hint }),
      retry: code === "CLUSTER_DENIED" || code === "OBJECT_CONFLICT" ? "later" : "never",
    });
  if (answer.status === 403) {
    // A policy or a quota says no to what it is, not to who asks.
    const isQuota = /exceeded quota|admission webhook|violates PodSecurity|is being terminated/.test(words);
    return isQuota ? say("OBJECT_REFUSED") : say("CLUSTER_DENIED");
  }
  if (answer.status === 404)
    return say(words.endsWith("not found") && verb === "apply" ? "OBJECT_REFUSED" : "OBJECT_ABSENT");
  if (answer.status === 409) return say("OBJECT_CONFLICT");
  return say("OBJECT_REFUSED");
}

export function loginRefused({ name, server }: Place): HubfleetError {
  return new HubfleetError("CLUSTER_LOGIN", {
    message: `cluster "${name}" at ${server} does not know the login of the kubeconfig`,
    hint: "log in anew with your provider's command; a service account's token may have ended",
    retry: "later",
  });
}

export function unreachable(
  { name, server }: Place,
  why: Error | { readonly status: number; readonly text: string },
): HubfleetError {
  const words = why instanceof Error ? plainWords(why) : `it answers ${why.status}: ${readWords(why.text)}`;
  return new HubfleetError("CLUSTER_UNREACHABLE", {
    message: `cluster "${name}" at ${server} does not answer: ${words}`,
    hint: "look whether a VPN is missing or its address has changed; other clusters are not affected",
    retry: "later",
    ...(why instanceof Error ? { cause: why } : {}),
  });
}

/** Undefined where something else than its certificate is in the way. */
export function certificateRefused(error: Error, { name, server }: Place): HubfleetError | undefined {
  const code = "code" in error ? String(error.code) : "";
  const why = certificateWords[code] ?? (/^(?:CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/.test(code) ? error.message : undefined);
  if (why === undefined) return undefined;
  return new HubfleetError("CLUSTER_CERTIFICATE", {
    message: `the certificate of cluster "${name}" at ${server} does not hold: ${why}`,
    hint: "fetch the kubeconfig anew from whoever runs the cluster",
    retry: "later",
    cause: error,
  });
}

const certificateWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "it has ended",
  CERT_NOT_YET_VALID: "its time has not begun; look at this machine's clock",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the kubeconfig's authority did not make it",
  SELF_SIGNED_CERT_IN_CHAIN: "the kubeconfig's authority did not make it",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the kubeconfig's authority did not make it",
  UNABLE_TO_GET_ISSUER_CERT: "the kubeconfig's authority did not make it",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the kubeconfig's authority did not make it",
  CERT_SIGNATURE_FAILURE: "the kubeconfig's authority did not make it",
};

/** A Status' message; other answers come from something before the API server, and are cut short. */
function readWords(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    if (typeof message === "string") return message.trim();
  } catch {
    // No Status.
  }
  return text.trim().slice(0, 300);
}

function plainWords(error: Error): string {
  if (error.name === "TimeoutError" || error.name === "AbortError") return "no answer in time";
  const code = "code" in error ? String(error.code) : "";
  return networkWords[code] ?? error.message;
}

const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its name is not known",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  ETIMEDOUT: "no answer in time",
  ECONNRESET: "the connection broke",
};
