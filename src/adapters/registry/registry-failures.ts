import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { RegistryWords } from "./registry-words.ts";

/** What somebody wanted of a registry. */
export type Deed = "read" | "write to" | "remove from";

export function denied({ registry, repository }: ImageRepository, deed: Deed, words = ""): HubfleetError {
  return new HubfleetError("REGISTRY_DENIED", {
    message: `"${registry}" does not let this account ${deed} "${repository}"${said(words)}`,
    hint: `ask whoever owns the repository, or log in as somebody who may: \`docker login ${registry}\``,
    retry: "later",
  });
}

/** `problem`: why a login that is configured could not be read. */
export function loginWanted(
  { registry, repository }: ImageRepository,
  deed: Deed,
  { isKnown, problem }: { readonly isKnown: boolean; readonly problem?: string | undefined },
): HubfleetError {
  const isRefused = isKnown && problem === undefined;
  const what = isRefused ? "does not accept the login of this machine" : "wants a login";
  const reason = problem === undefined ? (isKnown ? "" : "; nobody is logged in") : `; ${problem}`;
  return new HubfleetError("REGISTRY_LOGIN", {
    message: `"${registry}" ${what} to ${deed} "${repository}"${reason}`,
    hint: `log in with \`docker login ${registry}\` (podman and skopeo do as well); a name that does not exist may be refused like this, too`,
    retry: "later",
  });
}

export function notFound({ registry, repository }: ImageRepository, digest: string): HubfleetError {
  return new HubfleetError("IMAGE_NOT_FOUND", {
    message: `"${registry}" has no "${repository}@${digest}"`,
    hint: "compare it with what the registry shows; its retention rules may have deleted it",
  });
}

export function mismatch({ registry }: ImageRepository, digest: string): HubfleetError {
  return new HubfleetError("DIGEST_MISMATCH", {
    message: `"${registry}" sent other bytes than "${digest}" names`,
    hint: "run the command again; if it stays, tell whoever runs the registry or a proxy in between",
    retry: "later",
  });
}

export function repositoryAbsent({ registry, repository }: ImageRepository): HubfleetError {
  return new HubfleetError("REPOSITORY_ABSENT", {
    message: `"${registry}" has no repository "${repository}", and makes none by itself`,
    hint: `make "${repository}" there first`,
  });
}

export function full({ registry, repository }: ImageRepository, words: string): HubfleetError {
  return new HubfleetError("REGISTRY_FULL", {
    message: `"${registry}" has no room for "${repository}"${said(words)}`,
    hint: "remove images that nothing uses, or ask whoever runs the registry for room; then run the command again",
    retry: "later",
  });
}

export function refused({ registry, repository }: ImageRepository, deed: Deed, words = ""): HubfleetError {
  if (/HTTP request to an HTTPS server/i.test(words)) {
    return new HubfleetError("REGISTRY_CERTIFICATE", {
      message: `"${registry}" wants TLS, and was spoken to without`,
      hint: "take it out of HUBFLEET_INSECURE_REGISTRIES; on this machine, name it otherwise than localhost or 127.0.0.1",
    });
  }
  const hints: Readonly<Record<Deed, string>> = {
    read: "its settings are changed by whoever runs it",
    "write to": "it may be read-only for a while: run the command again later, or ask whoever runs it",
    "remove from":
      "removing has to be allowed by whoever runs it; for docker-registry that is REGISTRY_STORAGE_DELETE_ENABLED=true",
  };
  return new HubfleetError("REGISTRY_REFUSED", {
    message: `"${registry}" does not let anybody ${deed} "${repository}"${said(words)}`,
    hint: hints[deed],
    retry: "later",
  });
}

/** `what`: the answer that stayed, or what was in the way of one. */
export function unreachable(
  { registry }: ImageRepository,
  what: Response | Error,
  words?: RegistryWords,
): HubfleetError {
  const fail = (message: string, hint: string): HubfleetError =>
    new HubfleetError("REGISTRY_UNREACHABLE", { message, hint, retry: "later", cause: what });
  if (what instanceof Error) {
    const [why, hint] = reasons[codeOf(what)] ?? ["cannot be reached", "run the command again later"];
    return fail(`"${registry}" ${why}: ${innermost(what)}`, hint);
  }
  const later = what.headers.get("retry-after") ?? "";
  const again = `run the command again ${/^\d+$/.test(later) ? `in ${later} seconds` : "later"}`;
  const answered = `"${registry}" answered ${what.status}`;
  if (what.status !== 429) return fail(`${answered}${said(words?.text ?? "")}`, again);
  const hint = `${again}; accounts that are logged in are usually allowed more`;
  return fail(`${answered}, too many requests${said(words?.text ?? "")}`, hint);
}

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  ENOTFOUND: ["is a name that nobody knows", "compare it with what was meant; behind a proxy, set HTTPS_PROXY"],
  ECONNREFUSED: [
    "does not listen",
    "compare name and port, and the proxy's where there is one; if they are right, run the command again when it runs",
  ],
};

function codeOf(error: Error): string {
  const { cause, code } = error as Error & { readonly code?: unknown }; // Node's errors have one
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  if (typeof code === "string") return code;
  return cause instanceof Error ? codeOf(cause) : first instanceof Error ? codeOf(first) : "";
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The outer error often says only that something failed; what failed is in the cause, or in one of several. */
function innermost(error: Error): string {
  const { cause } = error;
  if (cause instanceof Error && cause.message !== "") return innermost(cause);
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return first instanceof Error ? innermost(first) : error.message;
}

function said(words: string): string {
  return words === "" ? "" : `: ${words}`;
}
