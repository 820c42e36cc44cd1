import { afterEach, beforeEach, expect, it } from "vitest";
import { parse, stringify } from "yaml";

import type { StateChange } from "../../src/ports/state-ref.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";
import { about, count, readCount, write } from "../support/state-edits.ts";
import { createGitStateWorld, createMemoryStateWorld, type StateWorld } from "../support/state-worlds.ts";

const worlds: Readonly<Record<string, () => Promise<StateWorld>>> = {
  git: () => createGitStateWorld(),
  memory: createMemoryStateWorld,
};

for (const [name, create] of Object.entries(worlds)) {
  skipSuiteUnless(name === "memory" || tool("git"), "git is not installed")(`state ref: ${name}`, () => {
    let world: StateWorld;

    beforeEach(async () => {
      world = await create();
    });
    afterEach(() => world.remove());

    it("is empty until something is written", async () => {
      const { state } = await world.clone();

      const snapshot = await state.read();
      const nothing = await state.commit(() => "nothing", { message: "nothing" });

      expect(snapshot).toMatchObject({ commit: undefined, standing: { remote: "origin", waiting: undefined } });
      expect([snapshot.files.size, nothing.kind, await world.messages()]).toEqual([0, "nothing", []]);
    });

    it("gives everybody what one wrote, in the order it was written", async () => {
      const [ada, grace] = [await world.clone(), await world.clone()];

      const first = await ada.state.commit(
        write({ "evidence/ab/one.json": "one\n", "deployed.yaml": "a: 1\n" }),
        about("first"),
      );
      const second = await grace.state.commit(
        write({ "evidence/cd/two.json": "zwei: ä\u{1f30d}\n\n" }),
        about("second"),
      );
      const third = await ada.state.commit(write({ "deployed.yaml": "a: 2\n" }), about("third"));

      expect([first.kind, second.kind, third.kind]).toEqual(["pushed", "pushed", "pushed"]);
      expect(await world.messages()).toEqual(["first", "second", "third"]);
      const expected = new Map([
        ["deployed.yaml", "a: 2\n"],
        ["evidence/ab/one.json", "one\n"],
        ["evidence/cd/two.json", "zwei: ä\u{1f30d}\n\n"],
      ]);
      expect(sorted(third.snapshot.files)).toEqual(expected);
      expect(sorted((await grace.state.read()).files)).toEqual(expected);
      expect((await grace.again().read()).commit).toBe(third.snapshot.commit);
    });

    it("asks the change again when another was faster", async () => {
      const [ada, grace] = [await world.clone(), await world.clone()];
      let asked = 0;
      const slow: StateChange = async ({ files }) => {
        asked += 1;
        if (asked === 1) await grace.state.commit(count("grace"), about("faster"));
        return write({ "count.yaml": stringify({ ...readCount(files), ada: asked }) })();
      };

      const committed = await ada.state.commit(slow, about("slower"));

      expect([asked, committed.kind]).toEqual([2, "pushed"]);
      expect(readCount(await world.files())).toEqual({ grace: 1, ada: 2 });
      expect(await world.messages()).toEqual(["faster", "slower"]);
    });

    it("writes nothing when a change throws, wants nothing, or wants what is there", async () => {
      const { state } = await world.clone();
      await state.commit(write({ "evidence/a.json": "a" }), about("first"));

      await expect(state.commit(() => Promise.reject(new Error("no")), about("failing"))).rejects.toThrow("no");
      expect((await state.commit(() => "nothing", about("nothing"))).kind).toBe("nothing");
      expect((await state.commit(write({ "evidence/a.json": "a" }), about("again"))).kind).toBe("nothing");
      expect(await world.messages()).toEqual(["first"]);
    });

    it("never rewrites or removes a record, and removes what may be removed", async () => {
      const { state } = await world.clone();
      const files = { "evidence/a.json": "a", "bundles/b.yaml": "b", "outputs/c": "c", "deployed.yaml": "d: 1\n" };
      await state.commit(write(files), about("first"));

      for (const path of ["evidence/a.json", "bundles/b.yaml", "outputs/c"]) {
        await expect(state.commit(write({ [path]: "other" }), about("x"))).rejects.toMatchObject({
          code: "STATE_IMMUTABLE",
        });
      }
      const removing = state.commit(() => ({ write: new Map(), remove: ["evidence/a.json"] }), about("x"));
      await expect(removing).rejects.toMatchObject({ code: "STATE_IMMUTABLE" });
      await expect(state.commit(write({ "../a": "x" }), about("x"))).rejects.toThrow("no path of the state");
      await expect(state.commit(write({ "outputs/c/d": "x" }), about("x"))).rejects.toThrow("cannot both be files");
      await state.commit(() => ({ write: new Map(), remove: ["outputs/c", "deployed.yaml"] }), about("less"));

      expect([...(await world.files()).keys()].sort()).toEqual(["bundles/b.yaml", "evidence/a.json"]);
    });

    it("keeps what is written while the remote is away, and pushes it with the next", async () => {
      const [ada, grace] = [await world.clone(), await world.clone()];
      await ada.state.commit(write({ "evidence/a.json": "a", "deployed.yaml": "x: 1\ny: 1\n" }), about("together"));
      await world.cutOff(true);
      const offline = await ada.state.commit(
        write({ "evidence/b.json": "b", "deployed.yaml": "x: 2\ny: 1\n" }),
        about("away 1"),
      );
      await ada.again().commit(write({ "evidence/c.json": "c" }), about("away 2"));
      const known = await ada.again().read();
      await world.cutOff(false);
      await grace.state.commit(write({ "evidence/d.json": "d", "deployed.yaml": "x: 1\ny: 2\n" }), about("meanwhile"));

      const looked = await ada.again().read();
      const synced = await ada.again().sync();

      expect(offline).toMatchObject({
        kind: "waiting",
        snapshot: { standing: { waiting: { commits: 1, records: 1, reason: "unreachable" } } },
      });
      expect(known.standing).toMatchObject({
        reach: { kind: "stale" },
        waiting: { commits: 2, records: 2, reason: "unreachable" },
      });
      expect(known.standing.waiting?.since).toEqual(offline.snapshot.standing.waiting?.since);
      const why = { commits: 2, records: 2, reason: "unreachable" };
      expect(looked.standing).toMatchObject({ reach: { kind: "current" }, waiting: why });
      expect(synced).toMatchObject({ kind: "pushed", snapshot: { standing: { waiting: undefined } } });
      expect(await world.messages()).toEqual(["together", "meanwhile", "away 1", "away 2"]);
      expect(parse((await world.files()).get("deployed.yaml") ?? "")).toEqual({ x: 2, y: 2 });
      expect((await world.files()).size).toBe(5);
    });

    it("says why a push was refused, also to the next command, and tries again", async () => {
      const ada = await world.clone();
      await ada.state.commit(write({ "evidence/a.json": "a" }), about("first"));
      await world.refuse("this branch is protected");

      const refused = await ada.state.commit(write({ "evidence/b.json": "b" }), about("second"));
      const standing = (await ada.again().read()).standing.waiting;
      const offline = (await ada.again().read({ isOffline: true })).standing;
      const again = await ada.again().sync();
      await world.refuse(undefined);
      const later = await ada.again().commit(write({ "evidence/c.json": "c" }), about("third"));

      expect(refused.kind).toBe("waiting");
      const reason = {
        commits: 1,
        records: 1,
        reason: "refused",
        words: expect.stringContaining("this branch is protected") as string,
      };
      expect(refused.snapshot.standing.waiting).toMatchObject(reason);
      expect(standing).toMatchObject(reason);
      expect(offline).toMatchObject({ reach: { kind: "stale" }, waiting: reason });
      expect(again).toMatchObject({ kind: "waiting", snapshot: { standing: { waiting: reason } } });
      expect(later.kind).toBe("pushed");
      expect(await world.messages()).toEqual(["first", "second", "third"]);
    });

    it("does not write twice what arrived without an answer", async () => {
      const ada = await world.clone();
      await world.loseAnswer();

      const committed = await ada.state.commit(count("ada"), about("once"));
      const again = await ada.again().sync();

      expect([committed.kind, again.kind]).toEqual(["pushed", "nothing"]);
      expect(await world.messages()).toEqual(["once"]);
    });

    it("leaves two values of one key to people, and keeps every record of both", async () => {
      const [ada, grace] = [await world.clone(), await world.clone()];
      await ada.state.commit(write({ "deployed.yaml": "stage: a\nother: 1\n" }), about("together"));
      await world.cutOff(true);
      await ada
        .again()
        .commit(write({ "deployed.yaml": "stage: b\nother: 2\n", "evidence/b.json": "b" }), about("ada's"));
      await world.cutOff(false);
      await grace.state.commit(
        write({ "deployed.yaml": "stage: c\nother: 1\n", "evidence/c.json": "c" }),
        about("grace's"),
      );

      const standing = (await ada.again().read()).standing.waiting;
      const refused = ada.again().commit(write({ "evidence/d.json": "d" }), about("more"));

      await expect(refused).rejects.toMatchObject({
        code: "STATE_CONFLICT",
        message: expect.stringContaining("deployed.yaml: stage") as string,
      });
      await expect(ada.again().sync()).rejects.toMatchObject({ code: "STATE_CONFLICT" });
      expect(standing).toMatchObject({ reason: "conflict", words: "deployed.yaml stage", commits: 1 });
      expect((await ada.again().sync({ prefer: "theirs" })).kind).toBe("pushed");
      expect(parse((await world.files()).get("deployed.yaml") ?? "")).toEqual({ stage: "c", other: 2 });
      expect([...(await world.files()).keys()].sort()).toEqual(["deployed.yaml", "evidence/b.json", "evidence/c.json"]);
    });

    it("takes what it finds on trust once, and then refuses a remote that does not follow it", async () => {
      const ada = await world.clone();
      const first = await (await world.clone()).state.commit(write({ "evidence/a.json": "a" }), about("first"));
      const sight = (await ada.state.read()).standing.isFirstSight;
      await ada.state.commit(write({ "evidence/b.json": "b" }), about("second"));

      for (const [kind, code] of [
        ["truncate", "STATE_REWRITTEN"],
        ["rewrite", "STATE_REWRITTEN"],
        ["delete", "STATE_DELETED"],
      ] as const) {
        if (kind !== "rewrite") await world.damage(kind);
        else await (await world.clone()).state.commit(write({ "evidence/other.json": "x" }), about("another line"));

        await expect(ada.again().read()).rejects.toMatchObject({ code });
        await expect(ada.again().commit(write({ "evidence/c.json": "c" }), about("third"))).rejects.toMatchObject({
          code,
        });
      }

      expect([sight, (await ada.again().read({ isOffline: true })).standing.isFirstSight]).toEqual([true, false]);
      expect((await ada.again().read({ isOffline: true })).files.has("evidence/b.json")).toBe(true);
      expect(first.snapshot.standing.isFirstSight).toBe(false);
      await ada.forget();
      expect((await ada.again().read()).commit).toBeUndefined();
    });

    it("keeps the state in the clone where there is no remote, and brings it to one that comes later", async () => {
      const [ada, grace] = [await world.clone({ hasRemote: false }), await world.clone({ hasRemote: false })];

      const kept = await ada.state.commit(
        write({ "evidence/a.json": "a", "deployed.yaml": "ada: 1\n" }),
        about("ada's"),
      );
      await grace.state.commit(write({ "evidence/g.json": "g", "deployed.yaml": "grace: 1\n" }), about("grace's"));
      const before = await world.messages();
      await ada.addRemote();
      await grace.addRemote();
      const [first, second] = [await ada.again().sync(), await grace.again().sync()];

      expect(kept).toMatchObject({ kind: "kept", snapshot: { standing: { remote: undefined, waiting: undefined } } });
      expect([before, first.kind, second.kind]).toEqual([[], "pushed", "pushed"]);
      expect(second.snapshot.standing.isFirstSight).toBe(true);
      expect(await world.messages()).toEqual(["ada's", "grace's"]);
      const files = await world.files();
      expect([...files.keys()].sort()).toEqual(["deployed.yaml", "evidence/a.json", "evidence/g.json"]);
      expect(parse(files.get("deployed.yaml") ?? "")).toEqual({ ada: 1, grace: 1 });
    });

    it("keeps what is written when the remote goes away before the push", async () => {
      const ada = await world.clone();
      await ada.state.commit(write({ "evidence/a.json": "a" }), about("first"));
      const cutting: StateChange = async () => {
        await world.cutOff(true);
        return write({ "evidence/b.json": "b" })();
      };

      const cut = await ada.again().commit(cutting, about("second"));
      await world.cutOff(false);
      const standing = (await ada.again().read()).standing.waiting;

      expect(cut).toMatchObject({ kind: "waiting", snapshot: { standing: { waiting: { reason: "unreachable" } } } });
      expect(standing).toMatchObject({ commits: 1, records: 1, reason: "unreachable" });
      expect((await ada.again().sync()).kind).toBe("pushed");
      expect(await world.messages()).toEqual(["first", "second"]);
    });

    it("does not move a branch under somebody's files", async () => {
      const ada = await world.clone();
      const before = await ada.state.commit(write({ "evidence/a.json": "a" }), about("first"));
      await ada.checkOut();

      const refused = ada.state.commit(write({ "evidence/b.json": "b" }), about("second"));

      await expect(refused).rejects.toMatchObject({ code: "STATE_CHECKED_OUT" });
      expect((await ada.state.read()).commit).toBe(before.snapshot.commit);
    });

    it("gives up after as many attempts as it was given", async () => {
      const [ada, grace] = [await world.clone(), await world.clone()];
      let asked = 0;
      const hasty: StateChange = async () => {
        asked += 1;
        await grace.state.commit(write({ "evidence/grace.json": "g", [`outputs/${asked}`]: "x" }), about("faster"));
        return write({ "evidence/ada.json": "a" })();
      };

      await expect(ada.state.commit(hasty, about("slower"))).rejects.toMatchObject({
        code: "STATE_RACE_LOST",
        retry: "later",
      });
      expect(asked).toBe(8);
      expect((await world.files()).has("evidence/ada.json")).toBe(false);
    });
  });
}

function sorted(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}
