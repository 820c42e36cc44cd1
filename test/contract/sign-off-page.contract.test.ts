import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, it } from "vitest";

import { isSaidName, mostSaidBytes, parseSaid } from "../../src/operate/signoffs/page/said-on-page.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const pythonPath = fileURLToPath(new URL("../../assets/python", import.meta.url));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hubfleet-outbox-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** What the page keeps, in Python, and hubfleet reads. */
skipSuiteUnless(tool("python3"), "python3 is not on PATH")("the outbox of a page on which people sign", () => {
  /** Answers what the program printed. */
  const page = (code: string): string => {
    const program = `
import json
from hubfleet_local.signoff.outbox import Full, Outbox
from hubfleet_local.signoff.sheet import person_of, Sheet
from hubfleet_local.signoff.words import Refused, word_of
outbox = Outbox(${JSON.stringify(root)})
items = [{"name": "plots", "needsAttachment": True}, {"name": "tutorial", "needsAttachment": False}]
sheet = {"bundle": {"digest": "sha256:1"}, "stage": "production", "parts": {"image/lab": "sha256:2"}, "checklist": items}
def say(body=b"", **fields):
    files = {"attachment": [{"body": body}]} if body else {}
    try:
        return outbox.put("grace", sheet, *word_of(lambda name: fields.get(name, ""), files, sheet))
    except (Refused, Full) as refused:
        print(type(refused).__name__, refused)
${code}`;
    const { status, stdout, stderr } = spawnSync("python3", ["-c", program], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], PYTHONPATH: pythonPath, PYTHONDONTWRITEBYTECODE: "1" },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  };
  const kept = async (): Promise<readonly object[]> => {
    const names = (await readdir(root)).toSorted();
    expect(names.filter((name) => !isSaidName(name))).toEqual([]);
    return Promise.all(names.map(async (name) => parseSaid(name, await readFile(join(root, name)))));
  };

  it("has every word that a form can say, as hubfleet reads it", async () => {
    page(`
say(kind="sign-off"); say(kind="sign-off", reason="größer, und\\nrichtig\\x00")
say(kind="objection", reason="no"); say(kind="tick", item="tutorial"); say(b"\\x89PNG" * 10, kind="tick", item="plots")
say(kind="withdrawal", of="ab" * 32); say(kind="withdrawal")`);

    expect(await kept()).toMatchObject([
      { user: "grace", word: { kind: "sign-off" }, sheet: { bundle: "sha256:1", stage: "production" } },
      { word: { kind: "sign-off", reason: "größer, und\nrichtig" } },
      { word: { kind: "objection", reason: "no" } },
      { word: { kind: "tick", item: "tutorial" } },
      { word: { kind: "tick", item: "plots" }, attachment: expect.stringMatching(/^iVBOR?/) },
      { word: { kind: "withdrawal", of: "ab".repeat(32) } },
      { word: { kind: "withdrawal" } },
    ]);
  });

  it("takes the largest picture that is allowed, and refuses what is more, says nothing, or is not asked", async () => {
    const said = page(`
say(b"x" * 5_000_000, kind="tick", item="plots"); say(b"x" * 5_000_001, kind="tick", item="plots")
say(kind="tick", item="plots"); say(kind="tick", item="other"); say(kind="objection", reason="  ")
say(kind="sign-off", reason="x" * 4001); say(kind="break-glass", reason="x"); say()`);

    expect(said.split("\n").filter((line) => line.startsWith("Refused "))).toHaveLength(7);
    const [only, ...others] = await kept();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ word: { item: "plots" } });
    const [name = ""] = await readdir(root);
    expect((await readFile(join(root, name))).length).toBeLessThan(mostSaidBytes);
  });

  it("shows people their own words, reads no link, and takes so many of one person", async () => {
    await writeFile(`${root}.outside.json`, JSON.stringify({ user: "grace", word: "stolen" }));
    await symlink(`${root}.outside.json`, join(root, "0000000000000-0000000000000000.json"));
    const said = page(`
for _ in range(51): say(kind="sign-off")
print(len(outbox.waiting("grace")), len(outbox.waiting("edsger")))`);
    await rm(`${root}.outside.json`);

    expect(said).toBe("Full \n50 0\n");
  });

  it("belongs to a sheet whose people are known by their logins, whatever their case, and are nobody where it is damaged", async () => {
    const path = join(root, "sheet.json");
    const people = { grace: { id: "grace-h" } };
    await writeFile(path, JSON.stringify({ version: 1, people, sheets: [] }));
    const ask = `document = Sheet(${JSON.stringify(path)}).read()
print([(person_of(document, user) or {}).get("id") for user in ("grace", "Grace", "margaret", "__class__")])`;

    expect(page(ask)).toBe("['grace-h', 'grace-h', None, None]\n");
    for (const damaged of ["{", "[]", JSON.stringify({ version: 2, people }), ""]) {
      await writeFile(path, damaged);
      expect(page(ask)).toBe("[None, None, None, None]\n");
    }
  });
});
