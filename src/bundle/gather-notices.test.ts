import { describe, expect, it } from "vitest";

import { aNotice, noticeTime } from "../../test/support/a-notice.ts";
import { noticeKinds } from "../fleet/recipient.ts";
import { gatherNotices } from "./gather-notices.ts";
import type { Notice } from "./notice.ts";

const hubs = (count: number, kind: Notice["kind"] = "unhealthy"): readonly Notice[] =>
  Array.from({ length: count }, (_, index) =>
    aNotice({ kind, target: `hub/h${index + 1}`, at: noticeTime + index * 20_000 }),
  );
const textsOf = (notices: readonly Notice[]): readonly string[] =>
  gatherNotices(notices, "campus").map(({ notice }) => notice.text);

describe("gatherNotices", () => {
  it("leaves a few of a kind as they are", () => {
    const notices = [...hubs(5), ...hubs(5, "healthy")];

    expect(gatherNotices(notices, "campus")).toEqual(notices.map((notice) => ({ notice, of: [notice] })));
  });

  it("makes one of many, at the place of the first, and leaves other kinds alone", () => {
    const [first, ...rest] = hubs(140);
    const alone = aNotice({ kind: "broken-glass" });

    const gathered = gatherNotices([first ?? alone, alone, ...rest], "campus");

    expect(gathered.map(({ of }) => of.length)).toEqual([140, 1]);
    expect(gathered[0]?.notice).toEqual({
      id: expect.stringMatching(/^unhealthy\/fleet\/campus\/[0-9a-f]{12}$/) as string,
      kind: "unhealthy",
      target: "fleet/campus",
      text: "Found unwell: hub/h1, hub/h2, hub/h3, hub/h4, hub/h5, hub/h6 and 134 more; 140 notices from 2026-11-21 09:00 UTC to 2026-11-21 09:46 UTC. To see how things are: `hubfleet status`.",
      at: "2026-11-21T09:00:00.000Z",
    });
  });

  it("has the same id for the same notices, and another one for others", () => {
    const idOf = (notices: readonly Notice[]): string | undefined => gatherNotices(notices, "campus")[0]?.notice.id;

    expect(idOf(hubs(9).toReversed())).toBe(idOf(hubs(9)));
    expect(idOf(hubs(8))).not.toBe(idOf(hubs(9)));
  });

  it("names a target once, and has words for each kind", () => {
    const often = Array.from({ length: 6 }, (_, index) => aNotice({ matter: `${index}` }));

    expect(textsOf(often)).toEqual([
      "Found unwell: hub/alpha; 6 notices at 2026-11-21 09:00 UTC. To see how things are: `hubfleet status`.",
    ]);
    expect(noticeKinds.map((kind) => textsOf(hubs(6, kind))[0]?.split(", hub/h2")[0]).join("\n"))
      .toMatchInlineSnapshot(`
      "Found unwell: hub/h1
      Found well again: hub/h1
      Bundles came to hub/h1
      Bundles failed on hub/h1
      Put back: hub/h1
      Bundles wait for people before hub/h1
      Something ends soon, or ended, for hub/h1
      Holds ended of hub/h1
      The glass was broken for hub/h1"
    `);
  });
});
