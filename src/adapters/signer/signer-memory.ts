import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";

import { armorSignature, magic, signedBytes } from "../../evidence/ssh/signature.ts";
import { wireString } from "../../evidence/ssh/wire.ts";
import type { Signer, SignerIdentity } from "../../ports/signer.ts";

export interface SignerMemory extends Signer {
  /** Whom Git takes the person for from now on. */
  become(identity: Partial<SignerIdentity>): void;
  /** Puts a key into the person's agent, and answers its public half; the same name is the same key. */
  addKey(name: string): string;
  /** Takes every key away. */
  forgetKeys(): void;
}

const nobody: SignerIdentity = { email: undefined, publicKey: undefined, signsCommits: false };

/** A person who is only pretended, with real keys; at first nobody whom Git knows, and without any. */
export function createSignerMemory(): SignerMemory {
  let identity: SignerIdentity = nobody;
  const agent = new Map<string, KeyObject>();
  return {
    become: (now) => {
      identity = { ...nobody, ...now };
    },
    addKey: (name) => {
      const key = pretendedKey(name);
      const text = publicText(key);
      agent.set(text, key);
      return text;
    },
    forgetKeys: () => agent.clear(),
    identity: async () => identity,
    sign: async (text, { keys, namespace }) => {
      const chosen = [identity.publicKey, ...keys].find(
        (key) => key !== undefined && keys.includes(key) && agent.has(key),
      );
      const key = agent.get(chosen ?? "");
      if (chosen === undefined || key === undefined) return { kind: "not-signed", why: "no key of yours is at hand" };
      return { kind: "signed", signature: signAs(key, text, namespace), key: chosen };
    },
  };
}

/** An Ed25519 key that follows from a name. */
export function pretendedKey(name: string): KeyObject {
  const seed = createHash("sha256").update(name).digest();
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex"); // PKCS #8: version, Ed25519, 32 bytes
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: "der", type: "pkcs8" });
}

export function publicText(key: KeyObject): string {
  return `ssh-ed25519 ${publicBlob(key).toString("base64")}`;
}

/** A signature as `ssh-keygen -Y sign` writes it. */
export function signAs(key: KeyObject, text: string, namespace: string, hash = "sha512"): string {
  const raw = sign(null, signedBytes(text, { namespace, hash }), key);
  const version = Buffer.from([0, 0, 0, 1]);
  const signature = Buffer.concat([wireString("ssh-ed25519"), wireString(raw)]);
  const fields = [publicBlob(key), namespace, "", hash, signature].map((field) => wireString(field));
  return armorSignature(Buffer.concat([Buffer.from(magic), version, ...fields]));
}

function publicBlob(key: KeyObject): Buffer {
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return Buffer.concat([wireString("ssh-ed25519"), wireString(Buffer.from(x, "base64url"))]);
}
