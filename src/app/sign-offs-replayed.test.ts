import { beforeEach, describe, expect, it } from "vitest";

import { ada, aSigningFleet, signedBy, type SigningFleet, twoPeople } from "../../test/support/a-signing-fleet.ts";
import { signAs } from "../adapters/signer/signer-memory.ts";
import { readRecords } from "../evidence/read-records.ts";
import { type EvidenceRecord, type RecordDraft, signedText, writeRecord } from "../evidence/record.ts";
import { signDrafts } from "../operate/signoffs/sign-drafts.ts";

describe("what somebody signed", () => {
  let fleet: SigningFleet;

  beforeEach(async () => {
    fleet = await aSigningFleet();
  });

  it("is not good for another digest", async () => {
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.say("ada");
    const signed = fleet.last("sign-off");
    await fleet.next();

    const evil = await fleet.draft("ada", { who: { id: "ada", known: "ssh-key" }, signature: signed?.signature });
    await fleet.push(async () => [evil]);

    expect(await fleet.words()).toContain("that of ada has a signature that is not of it");
  });

  it("is not good after other records, in another stage, or in another fleet", async () => {
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.say("ada", { kind: "sign-off", reason: "looked" });
    const signed = fleet.last("sign-off") as Extract<EvidenceRecord, { kind: "sign-off" }>; // just now
    const { version: _version, parents, ...rest } = signed;
    fleet.holdKey(undefined);
    await fleet.say("ada", { kind: "withdrawal", of: undefined });
    expect(await fleet.words()).not.toBe("");

    await fleet.push(async () => [rest]); // after other heads
    const otherFleet = { ...rest, fleet: "99999999-9999-4999-8999-999999999999" };
    await fleet.push(async (heads) => signDrafts(heads, [otherFleet], signedBy(ada)));
    const otherStage = { ...rest, subject: { ...rest.subject, stage: "staging" } };
    await fleet.push(async (heads) => signDrafts(heads, [otherStage], signedBy(ada)));

    expect(parents.length).toBeGreaterThan(0);
    expect(await fleet.words()).not.toBe("");
  });

  it("stays withdrawn when its signature is written in another way", async () => {
    await fleet.next();
    const plain = await fleet.draft("ada");
    // The same words, signed with two hashes: two files, both good.
    let heads: readonly string[] = [];
    await fleet.push(async (now) => {
      heads = now;
      return signDrafts(now, [plain], signedBy(ada));
    });
    expect(await fleet.words()).toBe("");
    fleet.holdKey("ada");
    await fleet.say("ada", { kind: "withdrawal", of: undefined });

    const [again] = await signDrafts(heads, [plain], async (text) => signAs(ada, text, "hubfleet", "sha256"));
    const file = writeRecord(again as RecordDraft, heads); // it was one draft
    const state = fleet.otherClone();
    await state.commit(() => ({ write: new Map([[file.path, file.text]]) }), { message: "x" });

    expect(signedText(file.record)).toBe(signedText(fleet.last("sign-off") as EvidenceRecord));
    expect(readRecords(fleet.files()).problems).toEqual([]);
    expect(await fleet.words()).not.toBe("");
  });

  it("as an objection is taken back by its author alone, with their key", async () => {
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.say("ada");
    fleet.holdKey(undefined);
    await fleet.say("grace", { kind: "objection", reason: "maps are blank" });
    const objection = fleet.records().find(({ record }) => record.kind === "objection")?.name ?? "";
    const withdrawal = { kind: "withdrawal", body: { of: objection } } as const;

    await fleet.push(async () => [await fleet.draft("ada", withdrawal)]);
    await fleet.push(async () => [await fleet.draft("grace", withdrawal)]);
    await fleet.push(async () => [
      await fleet.draft("ada", { kind: "mark", body: { of: objection, reason: "not her business" } }),
    ]);
    const forged = await fleet.draft("grace", withdrawal);
    await fleet.push(async (heads) => signDrafts(heads, [forged], signedBy(ada)));

    expect(await fleet.words()).toContain("grace objects: maps are blank");
    fleet.holdKey("grace");
    await fleet.say("grace", { kind: "withdrawal", of: undefined });
    expect(await fleet.words()).toBe("");
  });

  it("is an objection still when its author is taken out of fleet.yaml", async () => {
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.say("ada");
    await fleet.say("grace", { kind: "objection", reason: "maps are blank" });

    await fleet.editPeople([twoPeople[0] as object]);

    expect(await fleet.words()).toContain("grace objects");
  });
});
