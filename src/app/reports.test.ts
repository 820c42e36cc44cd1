import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import { changesSections } from "../cli/output/report/changes-text.ts";
import { effortSections } from "../cli/output/report/effort-text.ts";
import { renderReport, renderReportMarkdown } from "../cli/output/report/report-sections.ts";

const since = new Date(0);

describe("a report", () => {
  let fleet: PromotingFleet;

  beforeEach(async () => {
    fleet = await aPromotingFleet(
      aFleet()
        .withFleet({ people: [{ id: "ada", email: "ada@example.org", roles: ["operator"] }] })
        .withHub("alpha", { port: 18_000, dask: { enabled: false } }),
    );
    await fleet.promote(await fleet.bundleWith({ environment: { REGION: "north" } }), "production");
    await fleet.bundleWithPackage("lab", "tqdm");
    await fleet.promote(
      await fleet.bundleWith({ environment: { REGION: "south" }, announcement: "exams | soon" }),
      "production",
    );
  });

  it("of changes has what the stage newly got, and what was committed, live or gated, in their order", async () => {
    await fleet.hold("hub/alpha");

    const { changes, hasHistory } = await fleet.app().reports.changes({ since }, fleet.machine.watch.signal);

    expect(hasHistory).toBe(true);
    const lines = changes.flatMap(({ what, details }) => [what, ...details]);
    expect(lines).toContain("platform: environment.REGION: north → south");
    expect(lines.filter((line) => line.startsWith("image/lab"))).toEqual(["image/lab: + tqdm 1.0"]);
    expect(lines).toContain("platform.yaml: environment.REGION: north → south (gated)");
    expect(lines).toContain("platform.yaml: announcement: none → exams | soon (live)");
    expect(changes.at(-1)).toMatchObject({ target: "hub/alpha", details: ["exam week"], who: "ada" });
    expect(changes.map(({ at }) => at)).toEqual(changes.map(({ at }) => at).toSorted((one, other) => one - other));
  });

  it("of changes ends where it is told to, and does without Git's history", async () => {
    const { signal } = fleet.machine.watch;
    const time = { since, until: new Date(1) };

    expect((await fleet.app().reports.changes(time, signal)).changes).toEqual([]);
  });

  it("is a table, or a page that takes what people wrote for nothing but text", async () => {
    const { signal } = fleet.machine.watch;
    const { reports } = fleet.app();
    await reports.spent({ minutes: 150, on: "a <meeting> about | maps" }, fleet.machine.watch);

    const effort = effortSections(await reports.effort({ since }, signal));
    const changes = changesSections(await reports.changes({ since }, signal));

    expect(renderReport(effort)).toMatch(/^ada +\d+ +\d+ +.*2 h 30 min$/m);
    expect(renderReportMarkdown(effort)).toContain("| ada | 2 h 30 min | a \\<meeting\\> about \\| maps |");
    expect(renderReportMarkdown(changes)).toContain("exams \\| soon (live)");
    expect(renderReport(changes)).toContain("by ada (claimed), record ");
  });
});
