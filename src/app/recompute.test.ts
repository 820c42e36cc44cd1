import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { type Recomputed, questionFile, recompute } from "../bundle/gate-question.ts";
import { readDeployed } from "../bundle/deployed.ts";
import { findBundle } from "../bundle/read-bundles.ts";
import { recordFiles } from "../evidence/anchor.ts";
import { type PlacedRecord, readRecords } from "../evidence/read-records.ts";
import { createJudge } from "../operate/bundles/judge-bundle.ts";
import { fleetAt } from "../operate/bundles/fleet-at.ts";
import { listCommits } from "../adapters/state-ref/state-ref-memory.ts";

const day = 86_400_000;
const week = aFleet()
  .without("hubs/alpha.yaml")
  .withFleet({
    stages: [
      { name: "staging", auto: true, soak: { minimum: "2d" }, checks: ["hub"] },
      { name: "production", auto: true, expires: "28d" },
    ],
  })
  .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false } })
  .withHub("beta", { port: 18_010, stage: "production", dask: { enabled: false } });

type Promotion = PlacedRecord & { readonly record: Extract<PlacedRecord["record"], { kind: "promotion" }> };

describe("a decision of a gate", () => {
  let fleet: PromotingFleet;

  /** From the files of the state alone. */
  const recomputed = (files = fleet.files()): readonly Recomputed[] => {
    const { records } = readRecords(files);
    return promotions(files).flatMap((promotion) => recompute(promotion, { files, records }) ?? []);
  };
  const promotions = (files = fleet.files()): readonly Promotion[] =>
    [...readRecords(files).records.values()].filter((one): one is Promotion => one.record.kind === "promotion");
  const watchFor = async (halfDays: number): Promise<void> => {
    for (let turn = 0; turn < halfDays; turn += 1) {
      await fleet.app().promotions.advance(fleet.machine.watch);
      fleet.machine.clock.advance(day / 2);
    }
  };

  beforeEach(async () => {
    fleet = await aPromotingFleet(week);
    await fleet.bundleWith({});
    await watchFor(6);
  });

  it("can be recomputed from the state alone, though what stages ask was changed since, and much was recorded", async () => {
    expect(promotions().map(({ record }) => record.subject.stage)).toEqual(["staging", "production"]);
    await fleet.edit("fleet.yaml", "version: 1\nname: other\n");
    fleet.machine.clock.advance(400 * day);

    const again = recomputed();

    expect(again.map(({ kind }) => kind)).toEqual(["same", "same"]);
    const [, production] = again;
    expect(production).toMatchObject({ verdict: { kind: "open" } });
    expect(promotions()[1]?.record.body.restsOn.length).toBeGreaterThan(1);
  });

  it("is the one that the state and the fleet's commit of then give, by Git's history", async () => {
    const { machine } = fleet;
    const { directory } = fleet.app();
    const [, production] = promotions();
    const line = listCommits(machine.remote, machine.remote.tip);
    const index = line.findIndex(({ files }) => files.has(production?.path ?? ""));
    const files = line[index - 1]?.files ?? new Map<string, string>();
    const policy = [...readRecords(files).records.values()].findLast(({ record }) => record.kind === "policy");
    const commit = policy?.record.kind === "policy" ? policy.record.body.commit : undefined;
    const then = (asked: string): ReturnType<typeof fleetAt> => fleetAt(asked, { directory, git: machine.sources.git });
    const reading = await then(commit ?? "");
    if (reading === undefined || production === undefined) throw new Error("the fleet of then is in Git");

    const judge = createJudge(
      { files, deployed: readDeployed(files), evidence: readRecords(files) },
      { reading, fleetAt: then, authors: async () => [], now: new Date(production.record.at.time) },
    );
    const bundle = findBundle(files, readDeployed(fleet.files()).stages["production"]?.id ?? "");

    const [, again] = recomputed();
    expect(again?.kind === "same" && again.verdict).toEqual(await judge.verdict(bundle, "production"));
    expect(questionFile(await judge.question(bundle, "production")).digest).toBe(production.record.body.gate);
  });

  it("by broken glass is recomputed with what it passed over", async () => {
    const id = await fleet.bundleWith({ environment: { REGION: "south" } });
    await fleet.promote(id, "production", "the old one loses data");

    const last = recomputed().at(-1);

    expect(last).toMatchObject({
      kind: "same",
      verdict: { kind: "open", brokenGlass: { reason: "the old one loses data" } },
    });
  });

  it("that does not follow from what was recorded is found out", () => {
    const files = new Map(fleet.files());
    const [, production] = promotions();
    const { records } = readRecords(files);
    if (production === undefined) return fail();
    const { record } = production;
    const early = {
      ...production,
      record: { ...record, at: { ...record.at, time: new Date(Date.parse(record.at.time) - day).toISOString() } },
    };
    const bold = {
      ...production,
      record: { ...record, body: { ...record.body, restsOn: record.body.restsOn.slice(1) } },
    };
    const blind = { ...production, record: { ...record, parents: [] } };

    expect(recompute(early, { files, records })).toMatchObject({ kind: "differs", verdict: { kind: "blocked" } });
    expect(recompute(bold, { files, records })).toMatchObject({ kind: "differs" });
    expect(recompute(blind, { files, records })).toMatchObject({ kind: "differs", verdict: { kind: "blocked" } });
    expect(
      recompute(
        { ...production, record: { ...record, body: { ...record.body, gate: undefined } } },
        { files, records },
      ),
    ).toMatchObject({ kind: "unknown" });
  });

  it("is made once more when evidence is verified, and is a finding where it comes out otherwise", async () => {
    const verify = (): ReturnType<ReturnType<PromotingFleet["app"]>["evidence"]["verify"]> =>
      fleet
        .app()
        .evidence.verify({ against: undefined, decisions: true, workingDirectory: "/" }, fleet.machine.watch.signal);
    expect(await verify()).toMatchObject({ decisions: { same: 2, unknown: [] }, findings: [] });
    const { machine } = fleet;
    const files = fleet.files();
    const [, production] = promotions();
    const { version: _version, parents: _parents, ...draft } = production?.record ?? fail();
    const bold = { ...draft, at: { ...draft.at, time: machine.clock.now().toISOString() } };
    const { heads, records } = readRecords(files);
    // A promotion on nothing, in the form of hubfleet.
    const wrong = recordFiles({ heads, records }, [{ ...bold, body: { ...bold.body, restsOn: [] } }]);
    const id = "f00d".padEnd(40, "0");
    machine.remote.commits.set(id, {
      parent: machine.remote.tip,
      files: new Map([...files, ...wrong]),
      message: "x",
      at: new Date(0),
    });
    machine.remote.tip = id;

    const { findings, decisions } = await verify();

    expect(decisions?.same).toBe(2);
    expect(findings).toMatchObject([{ kind: "decision-differs" }]);
  });
});

function fail(): never {
  throw new Error("there is a promotion into production");
}
