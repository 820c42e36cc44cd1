import { parsePublicKey, type SshPublicKey } from "./public-key.ts";

/** A key that fleet.yaml has for a person, as OpenSSH's file of allowed signers writes it. */
export interface PersonKey {
  readonly key: SshPublicKey;
  /** The first moment at which it counts no more; undefined: it does not end. */
  readonly until?: number;
}

const form = /^(?:valid-before="?(\d{4})(\d{2})(\d{2})Z?"?\s+)?(\S+\s+\S+)/;

/**
 * `ssh-ed25519 AAAA… ada@laptop`, or with an end before it: `valid-before="20271231" ssh-ed25519 AAAA…`, in UTC. Undefined for
 * what is no key that can sign.
 */
export function parsePersonKey(text: string): PersonKey | undefined {
  const [, year, month, day, words = ""] = form.exec(text.trim()) ?? [];
  const key = parsePublicKey(words);
  if (key === undefined) return undefined;
  return year === undefined ? { key } : { key, until: Date.UTC(Number(year), Number(month) - 1, Number(day)) };
}

/** Others, `age1…`, encrypt. */
export function isSshKey(text: string): boolean {
  return !text.startsWith("age1");
}

/** A line of OpenSSH's file of allowed signers, with which `ssh-keygen -Y verify` finds what hubfleet finds. */
export function allowedSigner(person: string, { key, until }: PersonKey, namespace: string): string {
  const end =
    until === undefined ? "" : `,valid-before="${new Date(until).toISOString().slice(0, 10).replaceAll("-", "")}Z"`;
  return `${person} namespaces="${namespace}"${end} ${key.type} ${key.blob.toString("base64")}\n`;
}
