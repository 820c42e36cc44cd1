import { createHash, sign } from "node:crypto";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { pretendedKey, publicText, signAs } from "../../adapters/signer/signer-memory.ts";
import { parsePersonKey } from "./person-key.ts";
import { parsePublicKey } from "./public-key.ts";
import { armorSignature, parseSignature, signedBytes } from "./signature.ts";
import { wireString } from "./wire.ts";

const key = pretendedKey("ada");
const text = "a text\n";
const signature = signAs(key, text, "hubfleet");
const bytes = Buffer.from(signature.split("\n").slice(1, -2).join(""), "base64");

describe("a signature", () => {
  it("is of its text, by its key, for its purpose", () => {
    const read = parseSignature(signature);

    expect(read?.isOf(text)).toBe(true);
    expect(read?.isOf("a text")).toBe(false);
    expect(read?.namespace).toBe("hubfleet");
    expect(read?.key.fingerprint).toBe(parsePublicKey(publicText(key))?.fingerprint);
    expect(parseSignature(signAs(key, text, "git", "sha256"))).toMatchObject({ namespace: "git" });
  });

  it("by a token counts when it was touched", () => {
    const token = "sk-ssh-ed25519@openssh.com";
    const sha256 = (data: string | Buffer): Buffer => createHash("sha256").update(data).digest();
    const point = parsePublicKey(publicText(key))?.blob.subarray(-32) ?? Buffer.alloc(0);
    const blob = Buffer.concat([token, point, "ssh:"].map((field) => wireString(field)));
    const made = (flags: number): string => {
      const state = Buffer.from([flags, 0, 0, 0, 7]);
      const data = signedBytes(text, { namespace: "hubfleet", hash: "sha512" });
      const raw = sign(null, Buffer.concat([sha256("ssh:"), state, sha256(data)]), key);
      const one = Buffer.concat([wireString(token), wireString(raw), state]);
      const fields = [blob, "hubfleet", "", "sha512", one].map((field) => wireString(field));
      return armorSignature(Buffer.concat([Buffer.from("SSHSIG"), Buffer.from([0, 0, 0, 1]), ...fields]));
    };

    expect(parseSignature(made(1))?.isOf(text)).toBe(true);
    expect(parseSignature(made(1))?.isOf("another")).toBe(false);
    expect(parseSignature(made(0))?.isOf(text)).toBe(false);
    expect(parsePersonKey(`${token} ${blob.toString("base64")}`)?.key.type).toBe(token);
  });

  it("of which any bit differs is of nothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const read = parseSignature(armorSignature(changed));

        expect(read !== undefined && read.namespace === "hubfleet" && read.isOf(text)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["lines of another length", signature.replace(/\n(.{10})/, "\n$1\n")],
    ["something before it", ` ${signature}`],
    ["something after it", `${signature}\n`],
    ["other line ends", signature.replaceAll("\n", "\r\n")],
    ["something after its bytes", armorSignature(Buffer.concat([bytes, Buffer.from([0])]))],
    ["nothing in it", armorSignature(Buffer.alloc(0))],
    ["half of it", armorSignature(bytes.subarray(0, 60))],
    ["a length that leads beyond it", armorSignature(Buffer.concat([bytes.subarray(0, 10), Buffer.alloc(8, 255)]))],
  ])("with %s is none", (_what, changed) => {
    expect(parseSignature(changed)).toBeUndefined();
  });
});

describe("a person's key", () => {
  it("may have a comment, and a day at which it ends", () => {
    const plain = publicText(key);

    expect(parsePersonKey(`${plain} ada@laptop`)?.until).toBeUndefined();
    expect(parsePersonKey(`valid-before="20271231" ${plain}`)?.until).toBe(Date.UTC(2027, 11, 31));
    expect(parsePersonKey(`valid-before=20271231Z ${plain}`)?.key.fingerprint).toBe(
      parsePersonKey(plain)?.key.fingerprint,
    );
  });

  it.each([
    ["what encrypts", "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq"],
    ["a key that was cut short", publicText(key).slice(0, -6)],
    ["another kind than it says", publicText(key).replace("ssh-ed25519", "ssh-rsa")],
    ["a kind that nobody trusts any more", "ssh-dss AAAAB3NzaC1kc3MAAAAA"],
    ["no digits", "ssh-ed25519"],
    ["digits that are none", "ssh-ed25519 AAAA*AAA"],
    ["another option", `command="x" ${publicText(key)}`],
  ])("is not %s", (_what, written) => {
    expect(parsePersonKey(written)).toBeUndefined();
  });
});
