import { beforeEach, describe, expect, it } from "vitest";

import {
  ada,
  adasKey,
  aSigningFleet,
  gracesKey,
  mallory,
  mallorysKey,
  person,
  signedBy,
  type SigningFleet,
  twoPeople,
} from "../../test/support/a-signing-fleet.ts";
import { anObservation, otherUuid } from "../../test/support/evidence-files.ts";
import { anchored, withRecords } from "../../test/support/evidence-history.ts";
import { judgeAsSceptic } from "../../test/support/judge-evidence.ts";
import { renderVerified } from "../cli/output/evidence/verified-text.ts";
import { type ExportedAnchor, parseExportedAnchor } from "../evidence/anchor.ts";
import { appendRecords, type PlacedRecord } from "../evidence/read-records.ts";
import { type RecordDraft, type WrittenRecord, writeRecord } from "../evidence/record.ts";
import { signDrafts } from "../operate/signoffs/sign-drafts.ts";

const day = 86_400_000;

// Each attack by its name, from outside: what somebody does who may push to the branch, and what a person then reads. More of
// each kind: sign-offs-forged.test.ts, sign-offs-replayed.test.ts, verify-files.test.ts, and by chance mutations.test.ts.
describe("somebody who wants a bundle in, and may push, is refused", () => {
  let fleet: SigningFleet;

  beforeEach(async () => {
    fleet = await aSigningFleet();
  });

  it("self-approval", async () => {
    fleet.machine.sources.git.writeAs("ada@example.org");
    await fleet.next();
    fleet.holdKey("ada");

    await expect(fleet.say("ada")).rejects.toMatchObject({
      code: "SIGN_OFF_OWN",
      message: expect.stringContaining("nobody signs for oneself") as unknown,
    });
    const own = await fleet.draft("ada");
    await fleet.push(async (heads) => signDrafts(heads, [own], signedBy(ada)));

    expect(await fleet.words()).toContain("ada committed some of it, and does not sign for oneself");
  });

  it("a revoked approver", async () => {
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.say("ada");
    expect(await fleet.words()).toBe("");

    await fleet.editPeople([twoPeople[1] as object]);
    await fleet.commit();

    expect(await fleet.words()).toContain("0 of 1 sign-off");
    await expect(fleet.say("ada")).rejects.toMatchObject({
      code: "SIGNER_UNKNOWN",
      message: expect.stringContaining("ada") as unknown,
    });
  });

  it("a replayed approval for another digest", async () => {
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.say("ada");
    const signature = fleet.last("sign-off")?.signature;
    await fleet.next();

    const replayed = await fleet.draft("ada", { who: { id: "ada", known: "ssh-key" }, signature });
    await fleet.push(async () => [replayed]);

    expect(await fleet.words()).toContain("that of ada has a signature that is not of it");
  });

  it("a forged key", async () => {
    await fleet.next();

    const forged = await fleet.draft("ada");
    await fleet.push(async (heads) => signDrafts(heads, [forged], signedBy(mallory)));

    expect(await fleet.words()).toContain("that of ada is signed with a key that fleet.yaml did not have for them");
  });

  it("a key added in the same commit", async () => {
    fleet = await aSigningFleet([person("ada", adasKey), person("grace", gracesKey)]);
    await fleet.next([person("ada", adasKey, mallorysKey), person("grace", gracesKey)]);

    const own = await fleet.draft("ada");
    await fleet.push(async (heads) => signDrafts(heads, [own], signedBy(mallory)));

    expect(await fleet.words()).toContain("that of ada is signed with a key that fleet.yaml did not have for them");
  });

  it("a backdated clock", async () => {
    await fleet.next();
    fleet.machine.clock.advance(day);
    await fleet.push(async () => [await fleet.draft("grace", { kind: "resume", body: {} })]);
    const time = new Date(fleet.machine.clock.now().getTime() - day).toISOString();

    const early = await fleet.draft("ada", { at: { time, clock: { kind: "service", service: "x" } } });
    await fleet.push(async (heads) => signDrafts(heads, [early], signedBy(ada)));

    expect(await fleet.words()).toContain("that of ada is dated before something that it follows");
  });
});

describe("somebody who works on what was recorded, and may push, is found out", () => {
  let fleet: SigningFleet;
  let anchor: ExportedAnchor;

  beforeEach(async () => {
    fleet = await aSigningFleet();
    await fleet.next();
    fleet.holdKey("grace");
    await fleet.say("grace", { kind: "objection", reason: "the maps are blank" });
    const { machine } = fleet;
    anchor = (await fleet.app().evidence.anchor(machine.watch.signal)).anchor;
    await machine.files.ensureFile("/kept/anchor.json", JSON.stringify(anchor), 0o644);
  });

  /** Pushed on top of what there is, or instead of it. */
  const push = (files: ReadonlyMap<string, string>, how: "on top" | "instead"): void => {
    const { remote } = fleet.machine;
    const id = `f00d${remote.commits.size}`.padEnd(40, "0");
    const parent = how === "on top" ? remote.tip : undefined;
    remote.commits.set(id, { parent, files, message: "by hand", at: new Date(0) });
    remote.tip = id;
  };
  const verify = async (): Promise<string> => {
    const options = { against: "anchor.json", workingDirectory: "/kept" };
    return renderVerified(await fleet.app().evidence.verify(options, fleet.machine.watch.signal));
  };
  const sceptic = (files: ReadonlyMap<string, string>): string =>
    judgeAsSceptic(files, parseExportedAnchor(JSON.stringify(anchor), "kept"), undefined).join("\n");
  const last = (): PlacedRecord =>
    fleet.records().toSorted((one, other) => other.sequence - one.sequence)[0] as PlacedRecord; // there are some
  const withoutLast = (): ReadonlyMap<string, string> =>
    anchored(new Map([...fleet.files()].filter(([path]) => path !== last().path)));

  it.each(["on top", "instead"] as const)("a truncated tail, pushed %s", async (how) => {
    const cut = withoutLast();
    push(cut, how);

    const said = await verify();

    // What was cut off waits in nobody's clone: whoever saw it still has it, and says what the remote did.
    expect(said).toContain("NOT WHOLE");
    expect(said).toContain(how === "on top" ? "the end was cut off or written anew" : "rewritten the remote");
    expect(sceptic(cut)).toBe(`lost ${anchor.heads[0]}`);
  });

  it.each(["on top", "instead"] as const)("a re-chained tail, pushed %s", async (how) => {
    const { record } = last();
    const { version: _version, parents, ...draft } = record;
    const other = { ...draft, body: { reason: "the maps are fine" } } as RecordDraft; // an objection still
    const rechained = withRecords(withoutLast(), [writeRecord(other, parents)]);
    push(rechained, how);

    const said = await verify();

    expect(said).toContain("NOT WHOLE");
    expect(said).toContain(how === "on top" ? "the end was cut off or written anew" : "rewritten the remote");
    expect(sceptic(rechained)).toBe(`lost ${anchor.heads[0]}`);
  });

  it("an edited record, and nobody is blamed for what others did after it", async () => {
    const { path, text } = [...fleet.records()].find(({ sequence }) => sequence === 1) as PlacedRecord; // there are more
    push(new Map([...fleet.files(), [path, text.replace('"version":1', '"version":1 ')]]), "on top");

    const said = await verify();

    expect(said).toContain("so it was edited, or put under another name");
    expect(said).not.toContain("anchor-skipped");
  });

  it("a merged foreign history", async () => {
    const foreign = appendRecords(
      [],
      [0, 1].map((count) => anObservation(count, { fleet: otherUuid })),
    );
    const merged = withRecords(fleet.files(), foreign);
    push(merged, "on top");

    const said = await verify();

    expect(said).toContain("NOT WHOLE");
    expect(said).toContain(`it is of another fleet: ${otherUuid}`);
    expect(said).toContain("it follows nothing that anchor.json knew");
    expect(sceptic(merged).match(/^foreign /gm)).toHaveLength(2);
  });

  it("another history of the same fleet, merged", async () => {
    const { uuid } = await fleet.app().fleet();
    const own: readonly WrittenRecord[] = appendRecords([], [anObservation(0, { fleet: uuid })]);
    const merged = withRecords(fleet.files(), own);
    push(merged, "on top");

    expect(await verify()).toContain("it follows nothing that anchor.json knew");
    expect(sceptic(merged)).toBe(`unrelated ${own[0]?.path}`);
  });

  it("a signature that was moved to another place", async () => {
    const { record } = last();
    const { version: _version, parents: _parents, ...draft } = record;
    const root = [...fleet.records()].find(({ sequence }) => sequence === 0)?.name ?? "";
    push(withRecords(fleet.files(), [writeRecord(draft, [root])]), "on top");

    expect(await verify()).toContain("its signature is not one of what it says");
  });
});
