import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aLocalWorld } from "../../test/support/a-local-world.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { anObservation, otherUuid } from "../../test/support/evidence-files.ts";
import { withText } from "../../test/support/evidence-history.ts";
import { judgeAsSceptic, listed } from "../../test/support/judge-evidence.ts";
import { recordFiles } from "../evidence/anchor.ts";
import { readRecords } from "../evidence/read-records.ts";
import type { VerifiedEvidence } from "../operate/evidence/verify-evidence.ts";

const one = aFleet()
  .withFleet({ stages: [{ name: "staging" }, { name: "production" }] })
  .without("hubs/alpha.yaml")
  .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false } });

describe("verifying evidence", () => {
  let fleet: PromotingFleet;

  const verify = (against?: string): Promise<VerifiedEvidence> =>
    fleet.app().evidence.verify({ against, workingDirectory: "/kept" }, fleet.machine.watch.signal);
  const keepAnchor = async (): Promise<void> => {
    const { anchor } = await fleet.app().evidence.anchor(fleet.machine.watch.signal);
    await fleet.machine.files.ensureFile("/kept/anchor.json", JSON.stringify(anchor), 0o644);
  };
  /** Somebody pushes files with Git. */
  const push = (files: ReadonlyMap<string, string>, { isForced = false } = {}): void => {
    const { remote } = fleet.machine;
    const id = `f00d${remote.commits.size}`.padEnd(40, "0");
    const parent = isForced ? undefined : remote.tip;
    remote.commits.set(id, { parent, files, message: "by hand", at: new Date(0) });
    remote.tip = id;
  };

  beforeEach(async () => {
    fleet = await aPromotingFleet(one);
    await fleet.promote(await fleet.bundleWith({}), "staging");
  });

  it("finds what hubfleet wrote whole, against what was kept and what this clone saw", async () => {
    await keepAnchor();
    const known = fleet.records().length;
    await fleet.promote(await fleet.bundleWith({ environment: { REGION: "south" } }), "staging");

    const verified = await verify("anchor.json");

    expect(verified.findings).toEqual([]);
    expect(verified.against).toMatchObject([
      {
        source: "given",
        anchor: { name: "anchor.json" },
        covered: known,
        after: fleet.records().length - known,
        beside: 0,
      },
      { source: "seen", after: 0, beside: 0 },
    ]);
    expect(verified.history).toMatchObject({ merges: 0, isCut: false });
    expect(judgeAsSceptic(fleet.files(), undefined, undefined)).toEqual([]);
  });

  it("says that it had nothing to compare with in a clone that sees the state for the first time", async () => {
    const other = await aPromotingFleet(one, aLocalWorld({ remote: fleet.machine.remote }));

    const options = { against: undefined, workingDirectory: "/" };
    const fresh = await other.app().evidence.verify(options, other.machine.watch.signal);

    expect(fresh).toMatchObject({ against: [], findings: [], standing: { isFirstSight: true } });
    expect(fresh.evidence.records.size).toBe(fleet.records().length);
  });

  it("takes a commit of the branch for an anchor, and no other", async () => {
    const commit = fleet.machine.remote.tip ?? "";

    expect((await verify(commit.slice(0, 10))).against[0]).toMatchObject({ source: "given", commit, after: 0 });
    await expect(verify("no-such-thing")).rejects.toMatchObject({ code: "ANCHOR_UNKNOWN" });
  });

  it("refuses an anchor that is none, and finds one of another fleet", async () => {
    await fleet.machine.files.ensureFile("/kept/other.json", "{}", 0o644);
    await expect(verify("other.json")).rejects.toMatchObject({ code: "ANCHOR_INVALID" });

    const { anchor } = await fleet.app().evidence.anchor(fleet.machine.watch.signal);
    await fleet.machine.files.ensureFile("/kept/other.json", JSON.stringify({ ...anchor, fleet: otherUuid }), 0o644);
    expect((await verify("other.json")).findings).toMatchObject([{ kind: "foreign", at: "other.json" }]);
  });

  it("finds a bundle that somebody removed by hand, though nothing was promoted since", async () => {
    const files = new Map(fleet.files());
    const [bundle = ""] = [...files.keys()].filter((path) => path.startsWith("bundles/"));
    files.delete(bundle);
    push(files);

    const { findings } = await verify();

    expect(listed(findings)).toEqual([
      expect.stringMatching(/^bundle-missing /),
      `taken-away ${bundle}`,
      expect.stringMatching(/^taken-away f00d/),
    ]);
  });

  it("finds that the remote was written anew, and looks at what this clone has", async () => {
    const known = await verify();
    push(new Map([...fleet.files()].filter(([path]) => !path.startsWith("evidence/"))), { isForced: true });

    const { findings, evidence } = await verify();

    expect(findings).toMatchObject([{ kind: "rewritten", at: "the remote" }]);
    expect(evidence.records.size).toBe(known.evidence.records.size);
  });

  it("finds a record that is whole and says what this hubfleet does not understand", async () => {
    const files = fleet.files();
    const [written] = [
      ...recordFiles(readRecords(files), [anObservation(1, { fleet: (await fleet.app().fleet()).uuid })]),
    ];
    const text = (written?.[1] ?? "").replace('"kind":"observation"', '"kind":"prophecy"');
    push(withText(files, text));

    const { findings } = await verify();

    expect(findings).toMatchObject([{ kind: "unreadable" }]);
    expect(findings[0]?.words).toContain('it is of the kind "prophecy"');
  });
});
