import { beforeEach, describe, expect, it } from "vitest";

import { adasKey, gracesKey, person } from "../../test/support/a-signing-fleet.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { renderVerified } from "../cli/output/evidence/verified-text.ts";
import type { EvidenceRecord } from "../evidence/record.ts";
import type { VerifiedEvidence } from "../operate/evidence/verify-evidence.ts";

const signing = aFleet()
  .withFleet({ people: [person("ada", adasKey), person("grace", gracesKey)], stages: [{ name: "production" }] })
  .withHub("alpha", { port: 18_000, dask: { enabled: false } });

describe("who has Git sign their commits", () => {
  let fleet: PromotingFleet;

  const become = (isSigning = true): void =>
    fleet.machine.sources.signer.become({ publicKey: adasKey, signsCommits: isSigning });
  const last = (): EvidenceRecord | undefined =>
    fleet
      .records()
      .toSorted((a, b) => a.sequence - b.sequence)
      .at(-1)?.record;
  const verify = (against?: string): Promise<VerifiedEvidence> =>
    fleet.app().evidence.verify({ against, workingDirectory: "/kept" }, fleet.machine.watch.signal);
  const keep = async (change: (text: string) => string = (text) => text): Promise<void> => {
    const { anchor } = await fleet.app().evidence.anchor(fleet.machine.watch.signal, { sign: true });
    await fleet.machine.files.ensureFile("/kept/anchor.json", change(JSON.stringify(anchor)), 0o644);
  };

  beforeEach(async () => {
    fleet = await aPromotingFleet(signing);
    fleet.machine.sources.signer.addKey("ada");
    become();
    await fleet.promote(await fleet.bundleWith({}), "production");
  });

  it("signs the last record of what they do, which vouches for all before it", async () => {
    await fleet.hold("hub/alpha");

    expect(last()).toMatchObject({ kind: "hold", who: { id: "ada", known: "ssh-key" } });
    const verified = await verify();
    expect(verified.findings).toEqual([]);
    expect(verified.signatures).toMatchObject({ signed: 2, people: ["ada"], covered: fleet.records().length });
    expect(renderVerified({ ...verified, against: [] })).toContain(
      "nobody could have written anew without a key of ada",
    );
  });

  it("is not kept from anything by a key that is not at hand, and is told", async () => {
    fleet.machine.sources.signer.forgetKeys();

    await fleet.hold("hub/alpha");

    expect(last()).toMatchObject({ kind: "hold", who: { id: "ada", known: "claimed" } });
    expect(fleet.machine.watch.events.map(({ text }) => text)).toContain(
      "written without a signature: no key of yours is at hand",
    );
  });

  it("is asked for nothing by a timer, nor where Git does not sign", async () => {
    const signed = (): number => fleet.records().filter(({ record }) => record.who.known === "ssh-key").length;
    const before = signed();
    await fleet.bundleWith({ environment: { REGION: "south" } });
    await fleet.app().promotions.advance(fleet.machine.watch);
    become(false);
    await fleet.hold("hub/alpha");

    expect(signed()).toBe(before);
  });

  it("signs an anchor, which says so, and is found out when somebody changes it", async () => {
    await keep();
    expect(renderVerified(await verify("anchor.json"))).toContain(", signed by ada: ");

    await keep((text) => text.replace('"records":', '"records":1'));

    expect((await verify("anchor.json")).findings.map(({ kind }) => kind)).toContain("bad-signature");
  });

  it("signs no anchor with a key that fleet.yaml does not have", async () => {
    fleet.machine.sources.signer.forgetKeys();
    await expect(keep()).rejects.toMatchObject({ code: "ANCHOR_UNSIGNED" });
    fleet.machine.sources.signer.become({});
    await expect(keep()).rejects.toMatchObject({ code: "ANCHOR_UNSIGNED" });
  });
});
