import { describe, expect, it } from "vitest";

import type { GateReason } from "../../bundle/gate-verdict.ts";
import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { JudgedMove } from "../../operate/bundles/judge-stages.ts";
import type { StagesStatus, StagesUnknown, StageStatus } from "../../operate/stage-status.ts";
import { createPaint } from "./paint.ts";
import { stageLogLines } from "./stage-log-lines.ts";
import { renderStages, renderStagesMarkdown } from "./stage-status-text.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const pointer = (id: string): NonNullable<StageStatus["bundle"]> => ({
  id,
  digest: `sha256:${id}`,
  since: "2026-11-18T08:00:00.000Z",
});
const reason = (code: GateReason["code"], words: string, more: Partial<GateReason> = {}): GateReason => ({
  code,
  stage: "production",
  words,
  satisfiedBy: "something else",
  records: [],
  isFinal: false,
  ...more,
});

const blocked: JudgedMove = {
  bundle: "2026.11.18-3fa9c21e",
  from: "canary",
  to: "production",
  gate: {
    kind: "judged",
    verdict: {
      kind: "blocked",
      reasons: [
        reason("soak-time", "soaking in canary: 3 d 4 h of 7 d, 12 of 20 spawns", {
          satisfiedBy: "observations that go on finding it well, close enough together",
          notBefore: Date.parse("2026-11-25T08:00:00Z"),
        }),
        reason("sign-off-missing", "1 of 2 sign-offs by role approver, for image/lab and settings"),
        reason("checklist-open", "plots is not ticked off: Draw the three maps of the tutorial and look at them"),
      ],
    },
  },
  soak: { sentence: "3 d 4 h of 7 d, 12 of 20 spawns", leftMilliseconds: 1, isDone: false },
};
const open: JudgedMove = {
  bundle: "2026.11.21-91d0aa07",
  from: "testing",
  to: "canary",
  gate: { kind: "judged", verdict: { kind: "open", restsOn: [] } },
  soak: { sentence: "1 d of 1 d", leftMilliseconds: 0, isDone: true },
};
const nothing: StageStatus = {
  stage: "testing",
  bundle: undefined,
  progress: undefined,
  goingOn: undefined,
  next: undefined,
  holds: [],
  off: [],
};
const waiting = (hub: string): StageStatus["off"][number] => ({
  hub,
  kind: "waiting",
  runs: "2026.11.01-81c0be55",
  words: "waits for 2026.11.10-77aa01fe, and runs 2026.11.01-81c0be55",
});

const night: StagesStatus = {
  kind: "read",
  newest: undefined,
  unreleased: {
    since: "2026.11.21-91d0aa07",
    commits: 2,
    settings: ["platform: environment.REGION"],
    images: ["lab"],
    isUncommitted: false,
  },
  stages: [
    {
      ...nothing,
      bundle: pointer("2026.11.21-91d0aa07"),
      progress: { sentence: "stage testing stands at 2 of 2 hubs", hubs: [] },
      next: open,
      off: [
        {
          hub: "try",
          kind: "draft",
          runs: "draft",
          words: "runs a draft of `hubfleet up` since 2026-11-21 09:00:00 UTC, instead of 2026.11.21-91d0aa07",
          next: "hubfleet rollback hub/try",
        },
      ],
    },
    {
      ...nothing,
      stage: "canary",
      bundle: pointer("2026.11.18-3fa9c21e"),
      progress: { sentence: "stage canary stands at 1 of 1 hub", hubs: [] },
      next: blocked,
    },
    {
      ...nothing,
      stage: "production",
      bundle: pointer("2026.11.10-77aa01fe"),
      progress: {
        sentence: "stage production stands at 3 of 11 hubs, 1 failed: delta, stopped",
        hubs: [{ name: "delta", state: "failed" }],
      },
      goingOn: { kind: "judged", verdict: { kind: "open", restsOn: [] } },
      holds: [
        {
          target: "hub/research",
          owner: "ada",
          reason: "exam week",
          since: 0,
          until: Date.parse("2026-11-28T00:00:00Z"),
        },
      ],
      off: [
        {
          hub: "delta",
          kind: "failed",
          runs: "2026.11.01-81c0be55",
          words: "did not do well with 2026.11.10-77aa01fe, and runs 2026.11.01-81c0be55: kernel: no kernel",
          next: "hubfleet why hub/delta",
        },
        {
          hub: "research",
          kind: "held",
          runs: "2026.11.01-81c0be55",
          words: "is on hold, and runs 2026.11.01-81c0be55",
        },
        ...["echo", "fox", "golf", "hotel", "india", "juliet"].map(waiting),
      ],
    },
  ],
  brokenGlass: [
    {
      bundle: "2026.11.10-77aa01fe",
      stage: "production",
      person: "grace",
      reason: "maps are blank",
      at: Date.parse("2026-11-21T02:00:00Z"),
    },
  ],
  remarks: [],
  standing: {
    remote: "origin",
    reach: { kind: "stale", words: "no answer within 8 s" },
    isFirstSight: false,
    waiting: undefined,
  },
};

const show = (status: StagesStatus | StagesUnknown, wide = false, columns: number | undefined = 80): string =>
  renderStages(status, { paint: createPaint(false), wide, columns, now });

describe("stages in the status", () => {
  it("are read at 80 columns", () => {
    expect(show(night)).toMatchInlineSnapshot(`
      "in no bundle yet: 2 commits after 2026.11.21-91d0aa07: image/lab and platform:
          environment.REGION; \`hubfleet bundle new\` makes one
      testing: 2026.11.21-91d0aa07, since 2026-11-18 08:00 UTC
        stage testing stands at 2 of 2 hubs
        hub/try runs a draft of \`hubfleet up\` since 2026-11-21 09:00:00 UTC, instead
            of 2026.11.21-91d0aa07; next: \`hubfleet rollback hub/try\`
        to canary: open (1 d of 1 d):
            \`hubfleet promote 2026.11.21-91d0aa07 --to canary\`
      canary: 2026.11.18-3fa9c21e, since 2026-11-18 08:00 UTC
        stage canary stands at 1 of 1 hub
        to production: blocked
          soaking in canary: 3 d 4 h of 7 d, 12 of 20 spawns; not before 2026-11-25
              08:00:00 UTC
          1 of 2 sign-offs by role approver, for image/lab and settings
          plots is not ticked off: Draw the three maps of the tutorial and look at
              them
      production: 2026.11.10-77aa01fe, since 2026-11-18 08:00 UTC
        grace broke the glass for 2026.11.10-77aa01fe at 2026-11-21 02:00 UTC: maps
            are blank; a second person is to look at it within 14 h
        stage production stands at 3 of 11 hubs, 1 failed: delta, stopped
        to go on, trying delta again:
            \`hubfleet promote 2026.11.10-77aa01fe --to production\`
        hub/delta did not do well with 2026.11.10-77aa01fe, and runs
            2026.11.01-81c0be55: kernel: no kernel; next: \`hubfleet why hub/delta\`
        hub/echo, hub/fox, hub/golf, hub/hotel and 2 more wait for it, and run
            2026.11.01-81c0be55
        hub/research is held by ada until 2026-11-28 00:00:00 UTC, and runs
            2026.11.01-81c0be55: exam week; \`hubfleet resume hub/research\` ends it
      origin was not reached, so this is what this clone knows: no answer within 8 s
      "
    `);
  });

  it("say what would satisfy a gate where it is asked for", () => {
    const one = { ...night, unreleased: undefined, stages: night.stages.slice(1, 2), brokenGlass: [] };

    expect(show(one, true)).toMatchInlineSnapshot(`
      "canary: 2026.11.18-3fa9c21e, since 2026-11-18 08:00 UTC
        stage canary stands at 1 of 1 hub
        to production: blocked
          soaking in canary: 3 d 4 h of 7 d, 12 of 20 spawns; not before 2026-11-25
              08:00:00 UTC
            → observations that go on finding it well, close enough together
          1 of 2 sign-offs by role approver, for image/lab and settings
            → something else
          plots is not ticked off: Draw the three maps of the tutorial and look at
              them
            → something else
      origin was not reached, so this is what this clone knows: no answer within 8 s
      "
    `);
  });

  it("shorten a reason that names forty hubs, and tell it in full where it is asked for", () => {
    const hubs = Array.from({ length: 40 }, (_, index) => `hub-${index}: not run on these parts`).join(", ");
    const gate = { kind: "judged", verdict: { kind: "blocked", reasons: [reason("check-missing", hubs)] } } as const;
    const one = { ...night, stages: [{ ...nothing, next: { ...blocked, gate } }] };

    expect(show(one)).toContain("hub-5: not run");
    expect(show(one)).not.toContain("hub-39");
    expect(show(one, true)).toContain("hub-39: not run on these parts");
  });

  it("say why a bundle cannot be promoted at all", () => {
    const problem = new HubfleetError("COMMIT_NOT_HERE", {
      message: "this clone does not have commit 3fa9c21d5f0c, which says what stages asked before",
      hint: "git fetch --unshallow",
    });
    const next: JudgedMove = { ...blocked, gate: { kind: "refused", problems: [problem] } };
    const stage = { ...nothing, bundle: pointer(next.bundle), next };

    expect(show({ ...night, unreleased: undefined, stages: [stage], brokenGlass: [] })).toMatchInlineSnapshot(`
      "testing: 2026.11.18-3fa9c21e, since 2026-11-18 08:00 UTC
        to production: cannot go
          this clone does not have commit 3fa9c21d5f0c, which says what stages asked
              before (COMMIT_NOT_HERE): git fetch --unshallow
      origin was not reached, so this is what this clone knows: no answer within 8 s
      "
    `);
  });

  it("are one line when nobody knows", () => {
    expect(show({ kind: "unknown", remark: "what stages are to run is not known: X" })).toBe(
      "what stages are to run is not known: X\n",
    );
  });

  it("are a list in Markdown", () => {
    expect(renderStagesMarkdown({ ...night, stages: night.stages.slice(0, 2), brokenGlass: [] }, now))
      .toMatchInlineSnapshot(`
        "- in no bundle yet: 2 commits after 2026.11.21-91d0aa07: image/lab and platform: environment.REGION; \`hubfleet bundle new\` makes one
        - testing: 2026.11.21-91d0aa07, since 2026-11-18 08:00 UTC
          - stage testing stands at 2 of 2 hubs
          - hub/try runs a draft of \`hubfleet up\` since 2026-11-21 09:00:00 UTC, instead of 2026.11.21-91d0aa07; next: \`hubfleet rollback hub/try\`
          - to canary: open (1 d of 1 d): \`hubfleet promote 2026.11.21-91d0aa07 --to canary\`
        - canary: 2026.11.18-3fa9c21e, since 2026-11-18 08:00 UTC
          - stage canary stands at 1 of 1 hub
          - to production: blocked
            - soaking in canary: 3 d 4 h of 7 d, 12 of 20 spawns; not before 2026-11-25 08:00:00 UTC
            - 1 of 2 sign-offs by role approver, for image/lab and settings
            - plots is not ticked off: Draw the three maps of the tutorial and look at them
        - origin was not reached, so this is what this clone knows: no answer within 8 s
        "
      `);
  });

  it("are a line each in a log, without what changes with every look", () => {
    expect(stageLogLines(night).map(([, line]) => line)).toMatchInlineSnapshot(`
      [
        "stage/testing 2026.11.21-91d0aa07; stage testing stands at 2 of 2 hubs; to canary: open",
        "stage/canary 2026.11.18-3fa9c21e; stage canary stands at 1 of 1 hub; to production: blocked (soak-time, sign-off-missing, checklist-open)",
        "stage/production 2026.11.10-77aa01fe; stage production stands at 3 of 11 hubs, 1 failed: delta, stopped; hub/research is held by ada",
      ]
    `);
  });
});
