import { beforeEach, describe, expect, it } from "vitest";

import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import {
  ada,
  adasKey,
  aSigningFleet,
  fleetOf,
  grace,
  gracesKey,
  mallory,
  mallorysKey,
  person,
  signedBy,
  type SigningFleet,
  twoPeople,
} from "../../test/support/a-signing-fleet.ts";
import { loginMark } from "../evidence/hub-login.ts";
import type { EvidenceRecord } from "../evidence/record.ts";
import { signDrafts } from "../operate/signoffs/sign-drafts.ts";

const withLogins = (people: readonly object[]): FleetBuilder =>
  fleetOf(people, {}, {}, { access: { login: { kind: "sign-up" } } });

describe("a stage that counts what is signed", () => {
  let fleet: SigningFleet;

  beforeEach(async () => {
    fleet = await aSigningFleet();
  });

  it("opens by a signature that anybody can check", async () => {
    await fleet.next();
    fleet.holdKey("ada");

    const given = await fleet.say("ada");

    expect(given.recorded[0]?.record).toMatchObject({ who: { id: "ada", known: "ssh-key" } });
    expect(await fleet.words()).toBe("");
  });

  it("does not take a name without its key", async () => {
    await fleet.next();

    await expect(fleet.say("ada")).rejects.toMatchObject({ code: "SIGN_OFF_UNSIGNED" });
    await fleet.push(async () => [await fleet.draft("ada")]);

    expect(await fleet.words()).toContain("that of ada has no signature");
  });

  it("does not take a forged key", async () => {
    await fleet.next();

    const forged = await fleet.draft("ada");
    await fleet.push(async (heads) => signDrafts(heads, [forged], signedBy(mallory)));

    expect(await fleet.words()).toContain("that of ada is signed with a key that fleet.yaml did not have for them");
  });

  it("does not take another person's key, who is an approver too", async () => {
    await fleet.next();

    const forged = await fleet.draft("ada");
    await fleet.push(async (heads) => signDrafts(heads, [forged], signedBy(grace)));

    expect(await fleet.words()).toContain("that of ada is signed with a key");
  });

  it("does not take a signature for something else than hubfleet", async () => {
    await fleet.next();

    const commit = await fleet.draft("ada");
    await fleet.push(async (heads) => signDrafts(heads, [commit], signedBy(ada, "git")));

    expect(await fleet.words()).toContain("that of ada has a signature that is not of it");
  });

  it("does not take a key that comes with the bundle", async () => {
    fleet = await aSigningFleet([person("ada"), person("grace", gracesKey)]);
    await fleet.next([person("ada", mallorysKey), person("grace", gracesKey)]);

    const own = await fleet.draft("ada");
    await fleet.push(async (heads) => signDrafts(heads, [own], signedBy(mallory)));

    expect(await fleet.words()).toContain("that of ada is signed with a key that fleet.yaml did not have");
  });

  it("does not take a person who comes with the bundle", async () => {
    await fleet.next([...twoPeople, person("mallory", mallorysKey)]);
    fleet.holdKey("mallory");

    await expect(fleet.say("mallory")).rejects.toMatchObject({ code: "SIGNER_UNKNOWN" });
    const own = { ...(await fleet.draft("ada")), who: { id: "mallory", known: "claimed" as const } };
    await fleet.push(async (heads) => signDrafts(heads, [own], signedBy(mallory)));

    expect(await fleet.words()).not.toBe("");
  });

  it("does not take a role that comes with the bundle", async () => {
    const viewer = { ...person("linus"), roles: ["viewer"] };
    fleet = await aSigningFleet([...twoPeople, viewer]);
    await fleet.next([...twoPeople, person("linus")]);

    await expect(fleet.say("linus")).rejects.toMatchObject({ code: "SIGN_OFF_NOT_ASKED" });
    await fleet.push(async () => [await fleet.draft("linus")]);

    expect(await fleet.words()).not.toBe("");
  });

  it("does not take a person who was taken out of fleet.yaml since, nor a key that was", async () => {
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.say("ada");
    expect(await fleet.words()).toBe("");

    const without = async (people: readonly object[]): Promise<string> => {
      await fleet.editPeople(people);
      await fleet.commit();
      return fleet.words();
    };

    expect(await without([person("ada", mallorysKey), twoPeople[1] as object])).toContain("or has no more");
    expect(await without([twoPeople[1] as object])).toContain("0 of 1 sign-off");
    await expect(fleet.say("ada")).rejects.toMatchObject({ code: "SIGNER_UNKNOWN" });
    expect(await without(twoPeople)).toBe("");
  });

  it("takes a login at a hub that was theirs before the bundle and is now, and no other", async () => {
    const login = (hub: string, user: string): Pick<EvidenceRecord, "who"> => ({
      who: { id: "ada", known: "hub-login", login: { hub, user: loginMark(hub, user) } },
    });
    const having = (logins: object): readonly object[] => [{ ...person("ada"), logins }, person("grace", gracesKey)];
    fleet = await aSigningFleet(having({ alpha: "ada-a" }), withLogins);
    await fleet.next();
    const sayBy = async (hub: string, user: string): Promise<string> => {
      const said = await fleet.draft("ada", login(hub, user));
      await fleet.push(async () => [said]);
      return fleet.words();
    };

    expect(await sayBy("alpha", "grace")).toContain("came from a login that fleet.yaml did not have for them");
    expect(await sayBy("beta", "ada-a")).toContain("came from a login that fleet.yaml did not have for them");
    expect(await sayBy("alpha", "Ada-A")).toBe("");
    await fleet.editPeople(having({ alpha: "somebody-else" }));
    await fleet.commit();
    expect(await fleet.words()).toContain("or has no more");
    await fleet.next(having({ alpha: "new" }));
    expect(await sayBy("alpha", "new")).toContain("came from a login that fleet.yaml did not have for them");
  });

  it("does not take a key whose time is over, whatever date the record has", async () => {
    const ending = [person("ada", `valid-before="20261124" ${adasKey}`), twoPeople[1] as object];
    fleet = await aSigningFleet(ending);
    await fleet.next(ending);
    fleet.holdKey("ada");
    await fleet.say("ada");
    expect(await fleet.words()).toBe("");

    fleet.machine.clock.advance(3 * 86_400_000);

    expect(await fleet.words()).toContain("that of ada is signed with a key whose time is over");
    await expect(fleet.say("ada")).rejects.toMatchObject({ code: "SIGN_OFF_UNSIGNED" });
  });

  it("does not take a sign-off that is dated before what it follows", async () => {
    await fleet.next();
    fleet.machine.clock.advance(86_400_000);
    await fleet.push(async () => [await fleet.draft("grace", { kind: "resume", body: {} })]);
    const early = await fleet.draft("ada", {
      at: { time: "1970-01-01T00:00:00.000Z", clock: { kind: "service", service: "x" } },
    });

    await fleet.push(async (heads) => signDrafts(heads, [early], signedBy(ada)));

    expect(await fleet.words()).toContain("that of ada is dated before something that it follows");
  });

  it("is not given by a clock that is behind", async () => {
    await fleet.next();
    fleet.holdKey("ada");
    await fleet.push(async () => [
      await fleet.draft("grace", {
        kind: "resume",
        body: {},
        at: { time: "2099-01-01T00:00:00.000Z", clock: { kind: "service", service: "x" } },
      }),
    ]);

    await expect(fleet.say("ada")).rejects.toMatchObject({ code: "CLOCK_BEHIND" });
  });

  it("does not take a claim of somebody whose key the bundle removes", async () => {
    await fleet.next([person("ada"), twoPeople[1] as object]);

    await expect(fleet.say("ada")).rejects.toMatchObject({ code: "SIGN_OFF_UNSIGNED" });
    await fleet.push(async () => [await fleet.draft("ada")]);

    expect(await fleet.words()).toContain("that of ada has no signature");
  });

  it("does not take a key that two people have", async () => {
    const both = [person("ada", adasKey), person("grace", gracesKey, adasKey)];
    const { problems } = fleetOf(both).read();

    expect(problems.map(({ code }) => code)).toEqual(["KEY_SHARED"]);
  });
});
