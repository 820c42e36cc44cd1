import { createHash } from "node:crypto";

import { readPublicKey, type SshPublicKey } from "./public-key.ts";
import { readWire, wireString } from "./wire.ts";

/** What hubfleet's signatures are for; one for a Git commit or a file is none of them. */
export const signatureNamespace = "hubfleet";

/** A signature that `ssh-keygen -Y sign` made, as far as it says itself what it is. */
export interface SshSignature {
  readonly key: SshPublicKey;
  readonly namespace: string;
  /** Whether it is of this text, by its key. Whose key that is, it does not say. */
  readonly isOf: (text: string) => boolean;
}

/**
 * Reads a signature (PROTOCOL.sshsig of OpenSSH). Undefined for what is none, for one by a kind of key that is not trusted, and
 * for one that is not written the one way in which ssh-keygen writes it.
 */
export function parseSignature(armored: string): SshSignature | undefined {
  const digits = armored.replace(begin, "").replace(end, "").replaceAll("\n", "");
  const blob = Buffer.from(digits, "base64");
  if (armorSignature(blob) !== armored) return undefined;
  try {
    return readSignature(blob);
  } catch {
    return undefined;
  }
}

/** A signature's bytes as a text of lines. */
export function armorSignature(blob: Uint8Array): string {
  const lines =
    Buffer.from(blob)
      .toString("base64")
      .match(/.{1,70}/g) ?? [];
  return `${begin}${lines.join("\n")}\n${end}`;
}

/** The bytes that a key signs for a text. */
export function signedBytes(
  text: string,
  { namespace, hash }: { readonly namespace: string; readonly hash: string },
): Buffer {
  const digest = createHash(hash).update(text).digest();
  const fields = [wireString(namespace), wireString(""), wireString(hash), wireString(digest)];
  return Buffer.concat([Buffer.from(magic), ...fields]);
}

export const magic = "SSHSIG";
const begin = "-----BEGIN SSH SIGNATURE-----\n";
const end = "-----END SSH SIGNATURE-----\n";

function readSignature(blob: Buffer): SshSignature | undefined {
  if (blob.subarray(0, magic.length).toString("latin1") !== magic) return undefined;
  const reader = readWire(blob.subarray(magic.length));
  const version = reader.uint32();
  const key = readPublicKey(reader.bytes());
  const [namespace, reserved, hash, signature] = [reader.text(), reader.bytes(), reader.text(), reader.bytes()];
  reader.end();
  const isKnown = version === 1 && reserved.length === 0 && (hash === "sha512" || hash === "sha256");
  if (key === undefined || !isKnown) return undefined;
  const isOf = (text: string): boolean => {
    try {
      return key.verify(signedBytes(text, { namespace, hash }), signature);
    } catch {
      return false;
    }
  };
  return { key, namespace, isOf };
}
