import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { judgeAsSceptic } from "../../test/support/judge-evidence.ts";
import type { PrunedOutputs } from "./evidence-use-cases.ts";
import type { SignOffWish } from "../operate/signoffs/sign-off-wish.ts";
import type { VerifiedEvidence } from "../operate/evidence/verify-evidence.ts";

const day = 86_400_000;
const plots = { name: "plots", text: "Somebody looked at the maps.", attachment: true };
const fleetWithPlots = aFleet()
  .withFleet({
    people: [{ id: "linus", email: "linus@example.org", roles: ["approver"] }],
    stages: [{ name: "production", checklist: [plots] }],
  })
  .withHub("alpha", { port: 18_000, dask: { enabled: false } });

describe("old attachments", () => {
  let fleet: PromotingFleet;

  const enter = async (region: string): Promise<void> => {
    const bundle = await fleet.bundleWith({ environment: { REGION: region } });
    const { files, watch } = fleet.machine;
    await files.ensureFile("/tmp/maps.txt", `maps of ${region}\n`, 0o644);
    const word = { kind: "tick", item: "plots", attachment: "/tmp/maps.txt" } as const;
    const wish: SignOffWish = { bundle, stage: "production", as: "linus", word };
    const { signoffs } = fleet.app();
    await signoffs.give(wish, await signoffs.look(wish, watch), watch);
    expect((await fleet.promote(bundle, "production")).kind).toBe("entered");
  };
  const outputs = (): readonly string[] =>
    [...fleet.files()].flatMap(([path, text]) => (path.startsWith("outputs/") ? [text] : []));
  const prune = (days: number, isPlan = false): Promise<PrunedOutputs> => {
    const before = new Date(fleet.machine.clock.now().getTime() - days * day);
    return fleet.app().evidence.prune({ before, isPlan }, fleet.machine.watch);
  };
  const verify = (against?: string): Promise<VerifiedEvidence> =>
    fleet.app().evidence.verify({ against, decisions: true, workingDirectory: "/kept" }, fleet.machine.watch.signal);

  beforeEach(async () => {
    fleet = await aPromotingFleet(fleetWithPlots);
    await enter("north");
    await enter("south");
    const { anchor } = await fleet.app().evidence.anchor(fleet.machine.watch.signal);
    await fleet.machine.files.ensureFile("/kept/anchor.json", JSON.stringify(anchor), 0o644);
    fleet.machine.clock.advance(400 * day);
  });

  it("go, but for those of what runs, and everything is verified and decided as before", async () => {
    expect(await prune(365, true)).toMatchObject({ old: [{}], kept: 1 });
    expect(outputs()).toHaveLength(2);

    expect(await prune(365)).toMatchObject({ old: [{}], kept: 1 });

    expect(outputs()).toEqual(["maps of south\n"]);
    expect(fleet.records().at(-1)?.record).toMatchObject({ kind: "prune", body: { outputs: [expect.any(String)] } });
    expect(await verify("anchor.json")).toMatchObject({ findings: [], decisions: { same: 2, unknown: [] } });
    expect(judgeAsSceptic(fleet.files(), undefined, undefined)).toEqual([]);
  });

  it("go once, and not before their time", async () => {
    expect((await prune(500)).old).toEqual([]);
    await prune(365);
    const records = fleet.records().length;

    expect((await prune(365)).old).toEqual([]);
    expect(fleet.records()).toHaveLength(records);
  });

  it("that somebody removes by hand are missed by both verifiers", async () => {
    const { remote } = fleet.machine;
    const files = new Map([...fleet.files()].filter(([path]) => !path.startsWith("outputs/")));
    const id = "f00d".padEnd(40, "0");
    remote.commits.set(id, { parent: remote.tip, files, message: "by hand", at: new Date(0) });
    remote.tip = id;

    const { findings } = await verify();

    expect(findings.map(({ kind }) => kind)).toEqual(["output-missing", "output-missing"]);
    expect(judgeAsSceptic(files, undefined, undefined)).toHaveLength(2);
  });
});
