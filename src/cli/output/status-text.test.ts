import { describe, expect, it } from "vitest";

import type { HubStatus } from "../../operate/status.ts";
import { createPaint } from "./paint.ts";
import { renderStatus } from "./status-text.ts";

const research: HubStatus = {
  hub: "research",
  stage: "production",
  cluster: "here",
  health: "healthy",
  reason: "",
  runs: "draft classroom@96cbed8a, lab@d8f9744f",
  since: "2026-11-21T10:00:00.000Z",
  users: 3,
  servers: 2,
  daskClusters: 1,
  olderServers: 1,
  url: "http://127.0.0.1:18010/research/",
  jupyterhub: "5.5.4",
  limits: null,
};
const staging: HubStatus = {
  ...research,
  hub: "staging",
  stage: "staging",
  health: "degraded",
  reason: "the hub process ended",
  runs: "draft lab@d8f9744f",
  users: null,
  servers: null,
  olderServers: 0,
  url: "http://127.0.0.1:18000/staging/",
};

const show = (columns: number | undefined, hubs: readonly HubStatus[] = [research, staging]): string =>
  renderStatus(hubs, { paint: createPaint(false), wide: false, columns });
const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));

describe("the status of hubs", () => {
  it("shows everything where there is room", () => {
    expect(show(160)).toBe(show(undefined));
    expect(show(undefined)).toMatchInlineSnapshot(`
      "HUB       STAGE       HEALTH    RUNS                                    USERS  SERVERS                  DASK  ADDRESS
      staging   staging     degraded  draft lab@d8f9744f                      -      -                        1     http://127.0.0.1:18000/staging/
      research  production  healthy   draft classroom@96cbed8a, lab@d8f9744f  3      2 (1 on an older image)  1     http://127.0.0.1:18010/research/
      hub/staging: the hub process ended
      "
    `);
  });

  it("shortens what runs at 120 columns", () => {
    expect(show(120)).toMatchInlineSnapshot(`
      "HUB       STAGE       HEALTH    RUNS                          USERS  SERVERS      DASK  ADDRESS
      staging   staging     degraded  draft lab@d8f9744f            -      -            1     http://127.0.0.1:18000/staging/
      research  production  healthy   draft classroom@96cbed8a, l…  3      2 (1 older)  1     http://127.0.0.1:18010/research/
      hub/staging: the hub process ended
      "
    `);
  });

  it("leaves out what runs and the stage at 80 columns", () => {
    expect(show(80)).toMatchInlineSnapshot(`
      "HUB       HEALTH    USERS  SERVERS      DASK  ADDRESS
      staging   degraded  -      -            1     http://127.0.0.1:18000/staging/
      research  healthy   3      2 (1 older)  1     http://127.0.0.1:18010/research/
      hub/staging: the hub process ended
      "
    `);
  });

  it("keeps name, health and address at 60 columns", () => {
    expect(show(60)).toMatchInlineSnapshot(`
      "HUB       HEALTH    ADDRESS
      staging   degraded  http://127.0.0.1:18000/staging/
      research  healthy   http://127.0.0.1:18010/research/
      hub/staging: the hub process ended
      "
    `);
  });

  it.each([40, 60, 80, 100, 120])("fits into %i columns, whatever the hubs are called", (columns) => {
    const hubs = ["a", "b-".repeat(30)].map((hub) => ({ ...research, hub, url: `http://127.0.0.1:18010/${hub}/` }));

    expect(widest(show(columns, hubs))).toBeLessThanOrEqual(Math.max(columns, 12 + 2 + 7 + 2 + 20));
  });

  it("keeps the bundle at 80 columns where there are bundles", () => {
    const bundles = [
      { ...research, runs: "2026.11.21-3fa9c21e classroom@96cbed8a, lab@d8f9744f", bundle: "2026.11.21-3fa9c21e" },
      staging,
    ];
    const text = renderStatus(bundles, { paint: createPaint(false), wide: false, columns: 80, hasBundles: true });

    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toMatchInlineSnapshot(`
      "HUB       HEALTH    RUNS                 ADDRESS
      staging   degraded  draft                http://127.0.0.1:18000/staging/
      research  healthy   2026.11.21-3fa9c21e  http://127.0.0.1:18010/research/
      hub/staging: the hub process ended
      "
    `);
  });
});
