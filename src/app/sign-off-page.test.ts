import { beforeEach, describe, expect, it } from "vitest";

import type { FleetBuilder } from "../../test/support/a-fleet.ts";
import { aSigningFleet, fleetOf, person, type SigningFleet } from "../../test/support/a-signing-fleet.ts";
import type { PageDocument, PageSheet } from "../operate/signoffs/page/page-document.ts";
import { hubPaths } from "../runtime/local/paths.ts";

const people = [
  { ...person("ada"), logins: { alpha: "Ada-L" } },
  { ...person("grace"), logins: { alpha: "grace" } },
  { ...person("olga"), roles: ["operator"], logins: { alpha: "olga" } },
];
const checklist = [{ name: "plots", text: "Look at the maps", attachment: true }];
const fleetWith = (who: readonly object[], stage: object = {}): FleetBuilder =>
  fleetOf(who, {}, {}, { access: { login: { kind: "sign-up" }, admins: ["ada-l"] } }).withFleet({
    team: { size: 3 },
    people: who,
    notify: [{ command: ["tell"], on: ["asked"] }],
    stages: [
      { name: "staging", soak: { minimum: "0s" } },
      { name: "production", signoffs: [{ role: "approver" }], ...stage },
    ],
  });

describe("what people say on a hub's page", () => {
  let fleet: SigningFleet;
  let outbox: string;
  let count: number;

  const begin = async (stage: object = {}, who: readonly object[] = people): Promise<void> => {
    fleet = await aSigningFleet(who, (written) => fleetWith(written, stage));
    await fleet.next();
    const { uuid } = await fleet.app().fleet();
    ({ outbox } = hubPaths(fleet.machine.machine.stateRoot, uuid, "alpha"));
    count = 0;
  };
  beforeEach(async () => begin());

  const page = async (): Promise<PageDocument> => {
    const { uuid } = await fleet.app().fleet();
    const { signOffSheet } = hubPaths(fleet.machine.machine.stateRoot, uuid, "alpha");
    return JSON.parse((await fleet.machine.files.read(signOffSheet)) ?? "null") as PageDocument;
  };
  const theSheet = async (): Promise<PageSheet> => {
    const { sheets } = await page();
    expect(sheets).toHaveLength(1);
    return sheets[0] as PageSheet; // there is one
  };
  /** As the page writes it; `changes` as something else might. */
  const put = async (user: string, word: object, changes: object = {}): Promise<string> => {
    const { bundle, stage, parts } = await theSheet();
    const id = `1700000000000-${String((count += 1)).padStart(16, "0")}`;
    const sheet = { bundle: bundle.digest, stage, parts };
    const entry = { version: 1, id, at: "2026-11-22T10:00:00.000Z", user, sheet, word, ...changes };
    await fleet.machine.files.ensureFile(`${outbox}/${id}.json`, JSON.stringify(entry), 0o600);
    return id;
  };
  const advance = async (): Promise<{ readonly said: readonly string[]; readonly remarks: readonly string[] }> =>
    fleet.app().promotions.advance(fleet.machine.watch);
  const yes = { kind: "sign-off" };

  it("is recorded by the next turn as known by their login, and opens the gate", async () => {
    await put("ada-l", { ...yes, reason: "maps are right" });

    expect(await advance()).toMatchObject({ said: [expect.stringMatching(/^ada: sign-off of .* hub alpha$/)] });

    expect(await fleet.words()).toBe("");
    expect(fleet.last("sign-off")).toMatchObject({
      who: { id: "ada", known: "hub-login", login: { hub: "alpha", user: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      subject: { parts: (await theSheet()).parts },
      body: { reason: "maps are right" },
    });
    expect(JSON.stringify([...fleet.files()])).not.toContain("ada-l");
    expect((await theSheet()).words).toMatchObject([{ person: "ada", kind: "sign-off", known: "hub-login" }]);
    expect(await fleet.machine.files.list(outbox)).toEqual([]);
  });

  it("is recorded once, also after a command that was killed before it forgot it", async () => {
    await put("ada-l", yes);
    const entry = await fleet.machine.files.read(`${outbox}/1700000000000-0000000000000001.json`);
    await advance();
    await fleet.machine.files.ensureFile(`${outbox}/1700000000000-0000000000000001.json`, entry ?? "", 0o600);

    expect(await advance()).toMatchObject({ said: [], remarks: [] });
    expect(fleet.records().filter(({ record }) => record.kind === "sign-off")).toHaveLength(1);
  });

  it("may be a no, which is taken back there by who said it", async () => {
    await put("grace", { kind: "objection", reason: "the maps are blank" });
    await put("ada-l", yes);
    await advance();
    expect(await fleet.words()).toContain("grace objects: the maps are blank");

    const [objection] = (await theSheet()).words.filter(({ kind }) => kind === "objection");
    await put("ada-l", { kind: "withdrawal", of: objection?.record });
    await advance();
    expect(await fleet.words()).toContain("grace objects");
    await put("grace", { kind: "withdrawal", of: objection?.record });
    await advance();

    expect(await fleet.words()).toBe("");
  });

  it("may be a tick with a picture, which is kept by its digest", async () => {
    await begin({ checklist });
    await put("grace", { kind: "tick", item: "plots" });
    await put(
      "grace",
      { kind: "tick", item: "plots" },
      { attachment: Buffer.from([137, 80, 78, 71]).toString("base64") },
    );

    await advance();

    const tick = fleet.last("tick");
    expect(tick).toMatchObject({ body: { item: "plots", attachment: expect.any(String) } });
    expect([...fleet.files().keys()].filter((path) => path.startsWith("outputs/"))).toHaveLength(1);
    expect(await theSheet()).toMatchObject({ checklist: [{ done: "plots ticked off by grace" }] });
    expect((await page()).answers).toMatchObject([
      { user: "grace", kind: "tick", words: expect.stringContaining("file") },
    ]);
  });

  it("is refused, and told on the page, where it would count for nothing", async () => {
    await put("olga", yes);
    await put("ada-l", { kind: "tick", item: "nothing" });

    expect(await advance()).toMatchObject({ said: [] });

    expect((await page()).answers.map(({ user, words }) => [user, words])).toEqual([
      ["olga", expect.stringContaining("asks for a sign-off by role approver")],
      ["ada-l", expect.stringContaining('has no item "nothing"')],
    ]);
    expect((await theSheet()).refusals).toEqual({ olga: expect.stringContaining("role approver") });
  });

  it("is of what was shown, and opens nothing for a bundle that came since", async () => {
    const shown = await theSheet();
    await put("ada-l", yes);
    await fleet.next();

    await advance();

    expect(fleet.last("sign-off")?.subject).toMatchObject({ bundle: shown.bundle.digest, parts: shown.parts });
    expect(await fleet.words()).toContain("0 of 1 sign-off");
    expect((await theSheet()).id).not.toBe(shown.id);
  });

  it("is refused where the stage would get something else by now than was shown", async () => {
    const { bundle, stage, parts } = await theSheet();
    await put("ada-l", yes, { sheet: { bundle: bundle.digest, stage, parts: { ...parts, settings: "sha256:0" } } });
    await put("ada-l", yes, { sheet: { bundle: "sha256:0", stage, parts } });

    expect(await advance()).toMatchObject({ said: [] });

    expect(fleet.last("sign-off")).toBeUndefined();
    expect((await page()).answers.map(({ words }) => words)).toEqual([
      expect.stringContaining("not what was shown any more"),
      expect.stringContaining("not what was shown any more"),
    ]);
  });

  it("is a second look at what somebody let in alone", async () => {
    await fleet.promote(fleet.bundle(), "production", "users are locked out");
    expect(await theSheet()).toMatchObject({ isIn: true });
    await put("olga", yes);

    expect(await advance()).toMatchObject({ said: [expect.stringContaining("olga: sign-off")] });

    expect((await page()).sheets).toEqual([]);
  });

  it("is refused of a login that came with the bundle, or is somebody else's", async () => {
    await fleet.next([...people, { ...person("mallory"), logins: { alpha: "mallory" } }]);
    await put("mallory", yes);
    await fleet.editPeople([{ ...person("ada"), logins: { alpha: "other" } }, ...people.slice(1)]);
    await put("other", yes);

    await advance();

    expect(fleet.last("sign-off")).toBeUndefined();
    expect(await fleet.words()).toContain("0 of 1 sign-off");
    expect((await page()).answers.map(({ words }) => words)).toEqual([
      expect.stringContaining("at the commit before bundle"),
    ]);
  });

  it("counts for nothing where the stage takes no logins", async () => {
    await begin({ claimed: "accept", logins: "refuse" });
    await put("ada-l", yes);

    await advance();

    expect(await fleet.words()).toContain("0 of 1 sign-off");
    expect((await page()).answers).toMatchObject([{ words: expect.stringContaining("`logins: refuse`") }]);
  });

  it.each<[string, (id: string) => Promise<void>, string]>([
    ["of nobody in people", async () => void (await put("margaret", yes)), "knows nobody by this login"],
    ["of no known shape", async () => void (await put("ada-l", { kind: "sign-off", roles: ["approver"] })), "word: "],
    ["that says more than words do", async () => void (await put("ada-l", yes, { who: "grace" })), "Unrecognized key"],
    ["of another kind", async () => void (await put("ada-l", { kind: "break-glass", reason: "x" })), "word"],
    [
      "under another name",
      async () => void (await put("ada-l", yes, { id: "1700000000000-ffffffffffffffff" })),
      "says that it is",
    ],
    ["with a file that is no tick", async () => void (await put("ada-l", yes, { attachment: "AAAA" })), "only ticks"],
    [
      "too large",
      async (path) => void (await fleet.machine.files.ensureFile(path, "x".repeat(8_000_001), 0o600)),
      "too large",
    ],
    ["that is no JSON", async (path) => void (await fleet.machine.files.ensureFile(path, "{", 0o600)), "no JSON"],
    ["that is a link", async (path) => fleet.machine.files.link(path, "/etc/shadow"), "no plain file"],
    ["that is a directory", async (path) => fleet.machine.files.ensureDirectory(path, 0o700), "no plain file"],
    [
      "with another name",
      async () => void (await fleet.machine.files.ensureFile(`${outbox}/x.sh`, "x", 0o700)),
      "its name",
    ],
  ])("is nothing, removed and told of, %s", async (_what, make, told) => {
    await make(`${outbox}/1700000000000-00000000000000aa.json`);
    await put("ada-l", yes);

    const { said, remarks } = await advance();

    expect(remarks).toEqual([expect.stringContaining(told)]);
    expect(said).toHaveLength(1);
    expect(await fleet.machine.files.list(outbox)).toEqual([]);
  });

  it("is asked for with the page's address", async () => {
    await advance();

    expect(fleet.files().get("notices.yaml")?.replaceAll(/\s+/g, " ")).toContain(
      "or in a browser: http://127.0.0.1:18000/alpha/services/signoff/",
    );
  });

  it("keeps no hub from going back to a time when everybody had the same password", async () => {
    fleet = await aSigningFleet([person("ada"), person("grace")]);
    await fleet.next();
    const before = fleet.bundle();
    await fleet.editPeople(people);
    const after = await fleet.bundleWith({ access: { login: { kind: "sign-up" }, admins: ["ada-l"] } });
    await fleet.promote(after, "staging");
    const settings = (): string =>
      Object.entries(fleet.machine.files.contents("/state"))
        .filter(([path]) => /alpha\/run\/settings\/hub-/.test(path))
        .map(([, text]) => text)
        .join("");
    expect(settings()).toContain("signOffPage");

    await fleet.rollback("hub/alpha", before);

    expect(await fleet.runs("alpha")).toContain(before);
    expect(settings()).not.toContain("signOffPage");
  });

  it("is on no hub where nobody has a login, and shows nobody's login elsewhere", async () => {
    expect(Object.keys((await page()).people)).toEqual(["ada-l", "grace", "olga"]);
    const { uuid } = await fleet.app().fleet();
    const { signOffSheet } = hubPaths(fleet.machine.machine.stateRoot, uuid, "beta");
    expect(await fleet.machine.files.exists(signOffSheet)).toBe(false);
  });
});
