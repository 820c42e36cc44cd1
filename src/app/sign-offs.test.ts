import { beforeEach, describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { aPromotingFleet, type PromotingFleet } from "../../test/support/a-promoting-fleet.ts";
import type { SignOffWish, Word } from "../operate/signoffs/sign-off-wish.ts";
import type { GivenSignOff } from "./sign-off-use-cases.ts";

const people = [
  { id: "ada", email: "ada@example.org", roles: ["operator", "approver"] },
  { id: "grace", email: "grace@example.org", roles: ["approver"] },
  { id: "linus", email: "linus@example.org", roles: ["operator"] },
];
const plots = { name: "plots", text: "Look at the maps", attachment: true };
const team = aFleet()
  .without("hubs/alpha.yaml")
  .withFleet({
    team: { size: 3 },
    people,
    stages: [
      { name: "staging", soak: { minimum: "0s" } },
      { name: "production", signoffs: [{ role: "approver" }] },
    ],
  })
  .withHub("alpha", { port: 18_000, stage: "staging", dask: { enabled: false } })
  .withHub("beta", { port: 18_010, stage: "production", dask: { enabled: false } });

const yes: Word = { kind: "sign-off", reason: undefined };

describe("a sign-off", () => {
  let fleet: PromotingFleet;
  let bundle: string;

  const wish = (as: string | undefined, word: Word): SignOffWish => ({ bundle, stage: "production", as, word });
  const say = async (as: string | undefined, word: Word = yes): Promise<GivenSignOff> => {
    const { signoffs } = fleet.app();
    const { watch } = fleet.machine;
    return signoffs.give(wish(as, word), await signoffs.look(wish(as, word), watch), watch);
  };
  const codes = ({ verdict }: GivenSignOff): readonly string[] =>
    verdict.kind === "open" ? ["open"] : verdict.reasons.map(({ code }) => code);

  beforeEach(async () => {
    fleet = await aPromotingFleet(team);
    fleet.machine.sources.git.writeAs("linus@example.org");
    bundle = await fleet.bundleWith({ environment: { REGION: "north" } });
    await fleet.promote(bundle, "staging");
  });

  it("opens the gate for the parts that it names, and says who gave it", async () => {
    const given = await say("ada");

    expect(codes(given)).toEqual(["open"]);
    const [record] = given.recorded;
    expect(record?.record).toMatchObject({
      kind: "sign-off",
      who: { id: "ada", known: "claimed" },
      subject: { stage: "production", parts: given.sheet.changed },
    });
    expect((await fleet.promote(bundle, "production")).kind).toBe("entered");
  });

  it("given twice is one", async () => {
    await say("ada");
    const before = fleet.records().length;

    const again = await say("ada");

    expect(again.recorded).toEqual([]);
    expect(fleet.records()).toHaveLength(before);
  });

  it("outlasts a change of what the stage does not run, and lapses with its parts", async () => {
    await say("ada");
    await fleet.edit("README.md", "typo\n");

    bundle = await fleet.bundleWith({ environment: { REGION: "north" } });
    await fleet.promote(bundle, "staging");
    expect((await fleet.app().promotions.plan({ bundle, stage: "production" }, fleet.machine.watch)).verdict.kind).toBe(
      "open",
    );

    bundle = await fleet.bundleWith({ environment: { REGION: "south" } });
    await fleet.promote(bundle, "staging");
    const { verdict } = await fleet.app().promotions.plan({ bundle, stage: "production" }, fleet.machine.watch);
    expect(verdict.kind === "blocked" && verdict.reasons.map(({ code }) => code)).toEqual(["sign-off-missing"]);
  });

  it("shows the packages and settings that differ from what the stage runs", async () => {
    await say("ada");
    await fleet.promote(bundle, "production");
    await fleet.edit("platform.yaml", "");
    await fleet.bundleWith({ environment: { REGION: "south" } });
    bundle = await fleet.bundleWithPackage("lab", "xarray==2026.1.0");
    await fleet.promote(bundle, "staging");

    const { sheet } = await fleet.app().signoffs.look(wish("ada", yes), fleet.machine.watch);

    expect(Object.keys(sheet.changed).toSorted()).toEqual(["image/lab", "settings"]);
    expect(sheet.images).toEqual([{ image: "lab", what: "changed", packages: ["+ xarray 2026.1.0"] }]);
    expect(sheet.difference.settings).toMatchObject([
      { layer: "platform", path: "environment.REGION", before: "north", after: "south" },
    ]);
  });

  it("is refused of whoever alone committed what changes", async () => {
    fleet.machine.sources.git.writeAs("ada@example.org");
    await say("grace");
    await fleet.promote(bundle, "production");
    bundle = await fleet.bundleWith({ environment: { REGION: "west" } });
    await fleet.promote(bundle, "staging");

    await expect(say("ada")).rejects.toMatchObject({ code: "SIGN_OFF_OWN" });
    expect(codes(await say("grace"))).toEqual(["open"]);
  });

  it("of one of two who committed takes the other's as well", async () => {
    fleet.machine.sources.git.writeAs("grace@example.org");
    await fleet.edit("groups/classes.yaml", "version: 1\n");
    bundle = await fleet.bundleWith({ environment: { REGION: "west" } });
    await fleet.promote(bundle, "staging");
    await say("ada");
    await fleet.promote(bundle, "production");
    await fleet.bundleWith({ environment: { REGION: "east" } });
    fleet.machine.sources.git.writeAs("ada@example.org");
    bundle = await fleet.bundleWith({ environment: { REGION: "south" } });
    await fleet.promote(bundle, "staging");

    const first = await say("ada");
    expect(codes(first)).toEqual(["sign-off-missing"]);
    expect(first.sheet.asked.reasons[0]?.words).toContain("ada committed some of it");
    expect(codes(await say("grace"))).toEqual(["open"]);
  });

  it("is refused by somebody of another role, and by somebody who is not there", async () => {
    await expect(say("linus")).rejects.toMatchObject({
      code: "SIGN_OFF_NOT_ASKED",
      hint: expect.stringContaining("grace") as string,
    });
    await expect(say("mallory")).rejects.toMatchObject({ code: "SIGNER_UNKNOWN" });
  });

  it("is by whom Git takes the person for", async () => {
    await expect(say(undefined)).rejects.toMatchObject({
      code: "SIGNER_UNKNOWN",
      message: expect.stringContaining("ada, grace and linus") as string,
    });

    fleet.machine.sources.signer.become({ email: "Grace@example.org" });

    expect((await say(undefined)).person.id).toBe("grace");
  });

  it("is taken back by who gave it, and the gate is shut again", async () => {
    await say("ada");
    await expect(say("grace", { kind: "withdrawal", of: undefined })).rejects.toMatchObject({
      code: "NOTHING_TO_WITHDRAW",
    });

    const back = await say("ada", { kind: "withdrawal", of: undefined });

    expect(codes(back)).toEqual(["sign-off-missing"]);
    expect(back.said).toEqual([]);
    expect(codes(await say("ada"))).toEqual(["open"]);
  });

  it("does not help against an objection, which its author alone takes back", async () => {
    await say("ada");
    expect(codes(await say("grace", { kind: "objection", reason: "maps are blank" }))).toEqual(["objection"]);
    await expect(say("ada", { kind: "withdrawal", of: "" })).resolves.toBeDefined();
    expect(codes(await say("ada"))).toEqual(["objection"]);

    expect(codes(await say("grace", { kind: "withdrawal", of: undefined }))).toEqual(["open"]);
  });

  it("is not recorded when the stage got something else meanwhile", async () => {
    const { signoffs } = fleet.app();
    const seen = await signoffs.look(wish("ada", yes), fleet.machine.watch);
    const other = await fleet.bundleWith({ environment: { REGION: "south" } });
    await fleet.promote(other, "production", "urgent");

    await expect(signoffs.give(wish("ada", yes), seen, fleet.machine.watch)).rejects.toMatchObject({
      code: "SIGN_OFF_MOVED",
    });
  });
});

describe("an item of the checklist", () => {
  const listed = team.withFleet({
    team: { size: 3 },
    people,
    stages: [
      { name: "staging", soak: { minimum: "0s" } },
      { name: "production", signoffs: [], checklist: [plots] },
    ],
  });
  let fleet: PromotingFleet;
  let bundle: string;
  const tick = async (item: string, attachment?: string): Promise<GivenSignOff> => {
    const { signoffs } = fleet.app();
    const wish: SignOffWish = { bundle, stage: "production", as: "linus", word: { kind: "tick", item, attachment } };
    return signoffs.give(wish, await signoffs.look(wish, fleet.machine.watch), fleet.machine.watch);
  };

  beforeEach(async () => {
    fleet = await aPromotingFleet(listed);
    bundle = await fleet.bundleWith({});
    await fleet.promote(bundle, "staging");
  });

  it("is ticked off with a file, which the state keeps under its digest", async () => {
    await fleet.machine.files.ensureFile("/tmp/maps.txt", "three maps\n", 0o644);
    await fleet.machine.files.ensureFile("/tmp/maps.png", new Uint8Array([0x89, 0x50, 0xff, 0x00]), 0o644);

    const text = await tick("plots", "/tmp/maps.txt");
    const picture = await tick("plots", "/tmp/maps.png");

    expect(text.verdict.kind).toBe("open");
    const [first, second] = [text, picture].map(({ recorded }) => recorded[0]?.record);
    const kept = (record: typeof first, ending: string): string | undefined =>
      record?.kind === "tick" ? fleet.files().get(`outputs/${record.body.attachment}${ending}`) : undefined;
    expect(kept(first, "")).toBe("three maps\n");
    expect(kept(second, ".base64")).toBe("iVD/AA==\n");
  });

  it("is refused without its file, with one that is too large, and under another name", async () => {
    await fleet.machine.files.ensureFile("/tmp/film", "x".repeat(5_000_001), 0o644);

    await expect(tick("plots")).rejects.toMatchObject({ code: "ATTACHMENT_REFUSED" });
    await expect(tick("plots", "/tmp/absent")).rejects.toMatchObject({ code: "ATTACHMENT_REFUSED" });
    await expect(tick("plots", "/tmp/film")).rejects.toMatchObject({ code: "ATTACHMENT_REFUSED" });
    await expect(tick("plot", "/tmp/film")).rejects.toMatchObject({ hint: 'did you mean "plots"?' });
    expect(fleet.records().filter(({ record }) => record.kind === "tick")).toEqual([]);
  });
});
