import { describe, expect, it } from "vitest";

import { aBundleOf, aCommit, aDigest } from "../../test/support/a-bundle.ts";
import { aFleet } from "../../test/support/a-fleet.ts";
import { HubfleetError } from "../errors/hubfleet-error.ts";
import { createBundle, parseBundle } from "./bundle.ts";

const bundle = aBundleOf(
  aFleet()
    .withGroup("classes", { environment: { A: "1" } })
    .read(),
);

describe("a bundle", () => {
  it("is its bytes: id and digest follow from them", () => {
    expect(bundle.id).toMatch(/^2026\.11\.21-[0-9a-f]{8}$/);
    expect(bundle.digest.slice(7, 15)).toBe(bundle.id.slice(-8));
    expect(parseBundle(bundle.text, bundle)).toEqual(bundle);
    expect(bundle.text.startsWith("version: 1\n")).toBe(true);
  });

  it("has the same bytes whatever the order of what it is made of", () => {
    expect(createBundle(reversed(bundle.document)).text).toBe(bundle.text);
  });

  it.each([
    ["another byte", bundle.text.replace("5.5.4", "5.5.5"), "BUNDLE_CHANGED"],
    ["a comment", `${bundle.text}# fine\n`, "BUNDLE_CHANGED"],
    ["half of it", bundle.text.slice(0, bundle.text.length / 2), "BUNDLE_INVALID"],
    ["nothing", "", "BUNDLE_INVALID"],
    ["a key that nobody knows", `${bundle.text}more: 1\n`, "BUNDLE_INVALID"],
    ["no YAML", "version: [", "BUNDLE_INVALID"],
    ["a later version", bundle.text.replace("version: 1", "version: 2"), "BUNDLE_TOO_NEW"],
  ])("is refused with %s", (_, text, code) => {
    expect(codeOf(() => parseBundle(text, { id: bundle.id }))).toBe(code);
    expect(codeOf(() => parseBundle(text, { digest: bundle.digest }))).toBe(code);
  });

  it("has parts that change with what they hold, and with nothing else", () => {
    const lab = bundle.document.images["lab"];
    const changed = (changes: Parameters<typeof aBundleOf>[1]): readonly string[] => {
      const { parts } = createBundle({ ...bundle.document, ...changes });
      return Object.keys({ ...parts, ...bundle.parts }).filter((part) => parts[part] !== bundle.parts[part]);
    };
    if (lab === undefined) throw new Error("the small fleet has an image lab");
    const { settings } = bundle.document;
    const withImage = (image: Partial<typeof lab>): object => ({
      images: { ...bundle.document.images, lab: { ...lab, ...image } },
    });
    const charts = { jupyterhub: { version: "4.2.0", digest: aDigest("3") } };

    expect(Object.keys(bundle.parts).toSorted()).toEqual([
      "group/classes",
      "image/hub",
      "image/lab",
      "renderer",
      "settings",
    ]);
    expect(changed({})).toEqual([]);
    expect(changed({ madeAt: "2026-12-01T00:00:00Z", commit: aCommit.replace("3", "4"), versions: {} })).toEqual([]);
    expect(changed(withImage({ lock: aDigest("4") }))).toEqual(["image/lab"]);
    expect(
      changed(withImage({ container: { reference: `r/lab@${aDigest("5")}`, platforms: ["linux/amd64"] } })),
    ).toEqual([]);
    expect(changed({ renderer: "2" })).toEqual(["renderer"]);
    expect(changed({ charts })).toEqual(["charts"]);
    expect(
      changed({
        settings: { ...settings, platform: { ...settings.platform, charts: { jupyterhub: { version: "4.2.0" } } } },
      }),
    ).toEqual(["charts"]);
    expect(changed({ settings: { ...settings, platform: { ...settings.platform, environment: { B: "2" } } } })).toEqual(
      ["settings"],
    );
    expect(changed({ settings: { ...settings, groups: { classes: { groups: [], settings: {} } } } })).toEqual([
      "group/classes",
    ]);
    expect(changed({ files: { "appearance/logo.png": aDigest("6") } })).toEqual([]);
  });

  it("changes the part whose settings name a file, with the file", () => {
    const platform = { appearance: { logo: "appearance/logo.png", templates: "appearance/templates" } };
    const settings = { ...bundle.document.settings, platform };
    const withFiles = (files: Readonly<Record<string, string>>): string | undefined =>
      createBundle({ ...bundle.document, settings, files }).parts["settings"];

    const before = withFiles({ "appearance/logo.png": aDigest("6"), "appearance/templates/page.html": aDigest("7") });
    expect(withFiles({ "appearance/logo.png": aDigest("8"), "appearance/templates/page.html": aDigest("7") })).not.toBe(
      before,
    );
    expect(withFiles({ "appearance/logo.png": aDigest("6"), "appearance/templates/page.html": aDigest("8") })).not.toBe(
      before,
    );
  });
});

function reversed(value: typeof bundle.document): typeof bundle.document {
  return turn(value) as typeof value; // the same keys, in another order
}

function turn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turn(inner)]),
  );
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    return thrown instanceof HubfleetError ? thrown.code : String(thrown);
  }
  return "nothing";
}
