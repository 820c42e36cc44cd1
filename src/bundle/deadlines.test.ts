import { describe, expect, it } from "vitest";

import { aRecipient } from "../../test/support/a-notice.ts";
import { deadlines, type DeadlineInput, type DeadlineStage } from "./deadlines.ts";
import { raise, readOutbox } from "./notices.ts";

const at = (text: string): number => Date.parse(`${text}Z`);
const none: Omit<DeadlineInput, "now"> = { stages: [], holds: [], experiments: [], brokenGlass: [] };
const stage = (name: string, given: Partial<DeadlineStage> & { expiresDays?: number } = {}): DeadlineStage => ({
  name,
  policy: { freezes: [], ...(given.expiresDays === undefined ? {} : { expiresSeconds: given.expiresDays * 86_400 }) },
  ...given,
});
const frozen = {
  stages: [
    stage("production", {
      policy: {
        freezes: [
          {
            from: at("2026-08-10T07:00"),
            to: at("2026-08-15T07:00"),
            packagesCloseAt: at("2026-07-27T07:00"),
            timeZone: "America/Los_Angeles",
            reason: "OceanHackWeek",
          },
        ],
      },
    }),
  ],
};
const openPackages = {
  stages: frozen.stages.map((one) => ({
    ...one,
    policy: { freezes: one.policy.freezes.map((freeze) => ({ ...freeze, packagesCloseAt: freeze.from })) },
  })),
};
const bundle = { id: "2026-11-01-1-3fa9c2", madeAt: at("2026-11-01T10:00") };
const older = { id: "2026-10-01-1-aaaaaa", madeAt: at("2026-10-01T10:00") };
const ageing = (own?: typeof bundle, first = bundle): Partial<DeadlineInput> => ({
  stages: [
    stage("testing", { bundle: first }),
    stage("canary"),
    stage("production", { expiresDays: 28, ...(own === undefined ? {} : { bundle: own }) }),
  ],
});
const held = (until: string): Partial<DeadlineInput> => ({
  holds: [{ target: "hub/alpha", reason: "exams.", owner: "ada", since: at("2026-11-01T00:00"), until: at(until) }],
});
const trying = { experiments: [{ name: "next", hubs: ["alpha", "beta"], until: at("2026-12-20T00:00") }] };
const glass = {
  brokenGlass: [
    { bundle: bundle.id, stage: "production", person: "ada", reason: "CVE-2026-1", at: at("2026-11-02T03:00") },
  ],
};
const over = "over";

/** What the world is like, when it is looked at, and the ends of the ids of what has to be said. */
const cases: readonly [string, Partial<DeadlineInput>, string, readonly string[]][] = [
  ["packages, more than two days before", frozen, "2026-07-25T06:59:59.999", []],
  ["packages, two days before", frozen, "2026-07-25T07:00", ["packages"]],
  ["packages, a moment before", frozen, "2026-07-27T06:59:59.999", ["packages"]],
  ["packages, closed", frozen, "2026-07-27T07:00", []],
  ["a freeze, more than a day before", frozen, "2026-08-09T06:59:59.999", []],
  ["a freeze, a day before", frozen, "2026-08-09T07:00", ["freeze"]],
  ["a freeze, begun", frozen, "2026-08-10T07:00", []],
  ["a freeze that lets packages in until it begins", openPackages, "2026-08-09T07:00", ["freeze"]],
  ["a bundle, more than three days before it expires", ageing(), "2026-11-26T09:59:59.999", []],
  ["a bundle, three days before", ageing(), "2026-11-26T10:00", [`expiry/${bundle.id}`]],
  ["a bundle that expired", ageing(), "2026-11-29T10:00", [over]],
  ["a bundle that expired a week ago", ageing(), "2026-12-06T10:00", []],
  ["a bundle that is in already", ageing(bundle), "2026-11-26T10:00", []],
  ["a bundle that is newer than what is there", ageing(older), "2026-11-26T10:00", [`expiry/${bundle.id}`]],
  ["a stage that went back behind the next one", ageing(bundle, older), "2026-10-29T09:00", []],
  ["nothing before the stage", { stages: [stage("production", { expiresDays: 1 })] }, "2026-11-26T10:00", []],
  ["a hold, more than a day before", held("2026-11-21T00:00"), "2026-11-19T23:59:59.999", []],
  ["a hold, a day before", held("2026-11-21T00:00"), "2026-11-20T00:00", ["hold"]],
  ["a hold of four hours, two hours before", held("2026-11-01T04:00"), "2026-11-01T02:00", []],
  ["a hold of four hours, an hour before", held("2026-11-01T04:00"), "2026-11-01T03:00", ["hold"]],
  ["a hold that ended", held("2026-11-21T00:00"), "2026-11-21T00:00", [over]],
  ["a hold that ended a week ago", held("2026-11-21T00:00"), "2026-11-28T00:00", []],
  ["an experiment, more than two days before", trying, "2026-12-17T23:59:59.999", []],
  ["an experiment, two days before", trying, "2026-12-18T00:00", ["experiment"]],
  ["an experiment that ended", trying, "2026-12-20T00:00", [over]],
  ["broken glass, at once", glass, "2026-11-02T03:00", []],
  ["broken glass, four hours before a second person is due", glass, "2026-11-02T23:00", [`second-person/${bundle.id}`]],
  ["broken glass that nobody looked at", glass, "2026-11-03T03:00", [over]],
];

describe("deadlines", () => {
  it.each(cases)("says what has to be said of %s", (_, world, now, expected) => {
    const notices = deadlines({ ...none, ...world, now: at(now) });

    expect(notices.map(({ id }) => id)).toEqual(expected.map((end) => expect.stringContaining(end) as string));
    expect(notices.map(({ kind }) => kind)).toEqual(
      expected.map((end) => (end === over && world.holds !== undefined ? "hold-ended" : "deadline")),
    );
  });

  it("says each in a sentence that is true whenever it is read", () => {
    const moments = ["2026-07-25T07:00", "2026-08-09T07:00", "2026-11-26T10:00", "2026-11-29T10:00"];
    const more = ["2026-11-20T00:00", "2026-11-21T00:00", "2026-12-18T00:00", "2026-12-20T00:00", "2026-11-02T23:00"];
    const all = { ...none, ...trying, ...glass, ...held("2026-11-21T00:00") };
    const stages = [...(ageing().stages ?? []), ...frozen.stages];
    const texts = [...moments, ...more, "2026-11-03T03:00"].flatMap((now) =>
      deadlines({ ...all, stages, now: at(now) }).map(({ text }) => text),
    );

    expect([...new Set(texts)].join("\n")).toMatchInlineSnapshot(`
      "Packages close for stage production at 2026-07-27 07:00 UTC, before OceanHackWeek. A bundle with other images has to be in by then: \`hubfleet promote BUNDLE --to production\`.
      Stage production freezes at 2026-08-10 07:00 UTC (OceanHackWeek), until 2026-08-15 07:00 UTC. What is to be in by then: \`hubfleet promote BUNDLE --to production\`.
      Bundle 2026-11-01-1-3fa9c2 expires for stage production at 2026-11-29 10:00 UTC; it was made 2026-11-01 10:00 UTC. To bring it in before: \`hubfleet promote 2026-11-01-1-3fa9c2 --to production\`.
      The hold of hub/alpha by ada (exams) ended at 2026-11-21 00:00 UTC: bundles get there again. To hold it once more: \`hubfleet hold hub/alpha --reason WHY --until 7d\`.
      Bundle 2026-11-01-1-3fa9c2 expired for stage production at 2026-11-29 10:00 UTC; it was made 2026-11-01 10:00 UTC. The next one: \`hubfleet bundle new\`.
      The hold of hub/alpha by ada (exams) ends at 2026-11-21 00:00 UTC; bundles get there again then. To keep it longer: \`hubfleet hold hub/alpha --reason WHY --until 7d\`.
      Experiment next on hub/alpha and hub/beta ends at 2026-12-20 00:00 UTC. Roll it out in platform.yaml or a group, or take it back: remove experiments/next.yaml, then \`hubfleet plan\`.
      Experiment next on hub/alpha and hub/beta ended at 2026-12-20 00:00 UTC. Roll it out in platform.yaml or a group, or take it back: remove experiments/next.yaml, then \`hubfleet plan\`.
      ada broke the glass for 2026-11-01-1-3fa9c2 in stage production at 2026-11-02 03:00 UTC (CVE-2026-1). A second person looks at it before 2026-11-03 03:00 UTC: \`hubfleet signoff 2026-11-01-1-3fa9c2 --stage production\`.
      ada broke the glass for 2026-11-01-1-3fa9c2 in stage production at 2026-11-02 03:00 UTC (CVE-2026-1), and no second person has looked at it by 2026-11-03 03:00 UTC: \`hubfleet signoff 2026-11-01-1-3fa9c2 --stage production\`."
    `);
  });

  it("is about one matter as long as its moment stays, and about another when it is put off", () => {
    const idAt = (until: string, now: string): string | undefined =>
      deadlines({ ...none, ...held(until), now: at(now) })[0]?.id;

    expect(idAt("2026-11-21T00:00", "2026-11-20T23:00")).toBe(idAt("2026-11-21T00:00", "2026-11-20T01:00"));
    expect(idAt("2026-11-21T12:00", "2026-11-20T23:00")).not.toBe(idAt("2026-11-21T00:00", "2026-11-20T23:00"));
  });

  it("is raised once each, however often and irregularly somebody looks", () => {
    const recipients = [aRecipient("mail")];
    const all = {
      ...none,
      ...trying,
      ...glass,
      ...held("2026-11-21T00:00"),
      stages: [...(ageing().stages ?? []), ...frozen.stages],
    };
    const ids = new Set<string>();
    let raisings = 0;
    let outbox = readOutbox(new Map());

    for (
      let now = at("2026-07-20T00:00"), step = 1;
      now < at("2027-01-10T00:00");
      now += 3_600_000 * (1 + (step++ % 3))
    ) {
      const before = new Set(Object.keys(outbox.raised));
      outbox = raise(outbox, deadlines({ ...all, now }), { recipients, now });
      for (const [key, { id }] of Object.entries(outbox.raised)) {
        if (before.has(key)) continue;
        ids.add(id);
        raisings += 1;
      }
    }

    expect(ids.size).toBe(10);
    expect(raisings).toBe(10);
    expect(outbox.raised).toEqual({});
  });
});
