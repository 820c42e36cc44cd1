import { createHash, createPublicKey, verify, type KeyObject } from "node:crypto";

import { readWire, type WireReader } from "./wire.ts";

/** A public SSH key that can have signed something. */
export interface SshPublicKey {
  /** "ssh-ed25519" */
  readonly type: string;
  readonly blob: Buffer;
  /** "SHA256:…", as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** Whether a signature, in SSH's form, is of these bytes and by this key. Throws RangeError for what is none. */
  readonly verify: (data: Buffer, signature: Buffer) => boolean;
}

/**
 * Reads a key as `fleet.yaml` and `ssh-keygen` have it: type, base64, and a comment that means nothing. Undefined for what is
 * no key, is of a kind that is not trusted any more (DSA, RSA below 2048 bits), or is a certificate.
 */
export function parsePublicKey(text: string): SshPublicKey | undefined {
  const [type = "", digits = ""] = text.trim().split(/\s+/);
  const blob = Buffer.from(digits, "base64");
  if (blob.toString("base64").replace(/=+$/, "") !== digits.replace(/=+$/, "")) return undefined;
  return readPublicKey(blob, type);
}

/** The same from the bytes of a key. */
export function readPublicKey(blob: Buffer, expected?: string): SshPublicKey | undefined {
  try {
    const reader = readWire(blob);
    const type = reader.text();
    const read = kinds[type];
    if (read === undefined || (expected !== undefined && expected !== type)) return undefined;
    const check = read(reader);
    reader.end();
    const fingerprint = `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
    return { type, blob, fingerprint, verify: check };
  } catch {
    return undefined;
  }
}

type Check = SshPublicKey["verify"];

const kinds: Readonly<Record<string, (reader: WireReader) => Check>> = {
  "ssh-ed25519": (reader) => plain(["ssh-ed25519"], ed25519(reader)),
  "sk-ssh-ed25519@openssh.com": (reader) => {
    const key = ed25519(reader);
    return touched("sk-ssh-ed25519@openssh.com", reader.bytes(), key);
  },
  "ecdsa-sha2-nistp256": (reader) => plain(["ecdsa-sha2-nistp256"], ecdsa(reader, "nistp256")),
  "ecdsa-sha2-nistp384": (reader) => plain(["ecdsa-sha2-nistp384"], ecdsa(reader, "nistp384")),
  "ecdsa-sha2-nistp521": (reader) => plain(["ecdsa-sha2-nistp521"], ecdsa(reader, "nistp521")),
  "sk-ecdsa-sha2-nistp256@openssh.com": (reader) => {
    const key = ecdsa(reader, "nistp256");
    return touched("sk-ecdsa-sha2-nistp256@openssh.com", reader.bytes(), key);
  },
  // "ssh-rsa" as the kind of a signature is with SHA-1.
  "ssh-rsa": (reader) => {
    const key = rsa(reader);
    return plain(["rsa-sha2-512", "rsa-sha2-256"], (kind, data, signature) =>
      verify(kind === "rsa-sha2-512" ? "sha512" : "sha256", data, key, signature),
    );
  },
};

/** Whether a signature, without its envelope, is of the bytes. */
type Raw = (kind: string, data: Buffer, signature: Buffer) => boolean;

function plain(allowed: readonly string[], check: Raw): Check {
  return (data, signature) => {
    const reader = readWire(signature);
    const [kind, raw] = [reader.text(), reader.bytes()];
    reader.end();
    return allowed.includes(kind) && check(kind, data, raw);
  };
}

/** By a token: somebody touched it. PROTOCOL.u2f of OpenSSH says what it signs. */
function touched(allowed: string, application: Buffer, check: Raw): Check {
  const sha256 = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();
  return (data, signature) => {
    const reader = readWire(signature);
    const [kind, raw, flags, counter] = [reader.text(), reader.bytes(), reader.byte(), reader.uint32()];
    reader.end();
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags, 0);
    rest.writeUInt32BE(counter, 1);
    const isTouched = (flags & 1) === 1;
    return allowed === kind && isTouched && check(kind, Buffer.concat([sha256(application), rest, sha256(data)]), raw);
  };
}

function ed25519(reader: WireReader): Raw {
  const point = reader.bytes();
  if (point.length !== 32) throw new RangeError("an Ed25519 key has 32 bytes");
  const key = publicKey({ kty: "OKP", crv: "Ed25519", x: point.toString("base64url") });
  return (_kind, data, signature) => signature.length === 64 && verify(null, data, key, signature);
}

const curves = {
  nistp256: { crv: "P-256", bytes: 32, hash: "sha256" },
  nistp384: { crv: "P-384", bytes: 48, hash: "sha384" },
  nistp521: { crv: "P-521", bytes: 66, hash: "sha512" },
} as const;

function ecdsa(reader: WireReader, name: keyof typeof curves): Raw {
  const { crv, bytes, hash } = curves[name];
  const [curve, point] = [reader.text(), reader.bytes()];
  if (curve !== name || point.length !== 1 + 2 * bytes || point[0] !== 4) throw new RangeError("no point of the curve");
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)].map((part) => part.toString("base64url"));
  const key = publicKey({ kty: "EC", crv, x, y });
  return (_kind, data, signature) => {
    const numbers = readWire(signature);
    const both = [numbers.bytes(), numbers.bytes()].map((number) => fixed(number, bytes));
    numbers.end();
    return verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, Buffer.concat(both));
  };
}

function rsa(reader: WireReader): KeyObject {
  const [e, n] = [reader.bytes(), reader.bytes()].map((number) => withoutZeros(number).toString("base64url"));
  const key = publicKey({ kty: "RSA", e, n });
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) throw new RangeError("too short to be trusted");
  return key;
}

function publicKey(jwk: Readonly<Record<string, string | undefined>>): KeyObject {
  return createPublicKey({ key: jwk, format: "jwk" });
}

function fixed(number: Buffer, bytes: number): Buffer {
  const digits = withoutZeros(number);
  if (digits.length > bytes) throw new RangeError("the number is too large");
  return Buffer.concat([Buffer.alloc(bytes - digits.length), digits]);
}

function withoutZeros(number: Buffer): Buffer {
  const first = number.findIndex((byte) => byte !== 0);
  return first === -1 ? Buffer.alloc(0) : number.subarray(first);
}
