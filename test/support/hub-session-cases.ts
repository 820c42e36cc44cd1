import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { HubSession, HubSessions, SessionHub } from "../../src/ports/hub-session.ts";

export interface SessionSubject {
  readonly sessions: HubSessions;
  readonly hub: SessionHub;
}

const user = "hubfleet-check-c0ffee00";
const other = "hubfleet-check-c0ffee01";

/** What every adapter of the port keeps to; run on the memory twin, and on a real hub by the end-to-end test. */
export function describeHubSessions(kind: string, open: () => SessionSubject | Promise<SessionSubject>): void {
  describe(`hub sessions: ${kind}`, () => {
    const patience = { milliseconds: 120_000, signal: new AbortController().signal };
    let sessions: HubSessions;
    let hub: SessionHub;
    let session: HubSession;

    beforeEach(async () => {
      ({ sessions, hub } = await open());
      session = await sessions.begin(hub, user, 600);
    });

    afterEach(async () => {
      await sessions.end(hub, user);
      await sessions.end(hub, other);
    });

    it("runs code in a kernel of the user's server, and tells what it prints and raises", async () => {
      await session.startServer(undefined, patience);
      const kernel = await session.startKernel(patience);

      expect(await kernel.run("print(6 * 7)", patience)).toEqual({ kind: "done", printed: "42\n" });
      expect(await kernel.run('raise ValueError("too warm")', patience)).toMatchObject({
        kind: "raised",
        error: "ValueError",
        message: "too warm",
      });
      expect(await kernel.run("print(2 * 3)", patience)).toEqual({ kind: "done", printed: "6\n" });

      await kernel.close();
      await kernel.close();
      await session.stopServer(patience);
      await session.stopServer(patience);
      await expect(session.startKernel(patience)).rejects.toMatchObject({ code: "HUB_SESSION_FAILED" });
    });

    it("ends code that takes too long, or that is not wanted any more, with what was said", async () => {
      await session.startServer(undefined, patience);
      const kernel = await session.startKernel(patience);
      const interruption = new AbortController();

      await expect(kernel.run("import time; time.sleep(60)", { ...patience, milliseconds: 500 })).rejects.toMatchObject(
        {
          code: "HUB_SESSION_FAILED",
          message: "the kernel did not finish in 0.5 s",
        },
      );
      const running = kernel.run("import time; time.sleep(60)", { ...patience, signal: interruption.signal });
      interruption.abort(new Error("not wanted"));
      await expect(running).rejects.toThrow("not wanted");
      await expect(session.startServer(undefined, { ...patience, signal: interruption.signal })).rejects.toThrow(
        "not wanted",
      );
    });

    it("takes a user out whatever it is doing, and again", async () => {
      await session.startServer(undefined, patience);

      expect(await sessions.end(hub, user)).toEqual({ ended: [user], left: [] });
      expect(await sessions.end(hub, user)).toEqual({ ended: [], left: [] });
      await expect(session.startServer(undefined, patience)).rejects.toMatchObject({ code: "HUB_SESSION_FAILED" });
    });

    it("removes what earlier sessions left when one begins", async () => {
      await session.startServer(undefined, patience);

      const next = await sessions.begin(hub, other, 600);

      expect(next).toMatchObject({ user: other, swept: [user] });
      await expect(session.startServer(undefined, patience)).rejects.toMatchObject({ code: "HUB_SESSION_FAILED" });
      expect(await sessions.end(hub, other)).toEqual({ ended: [other], left: [] });
    });
  });
}
