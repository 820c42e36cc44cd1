import { expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import type { Image } from "../../fleet/fleet.ts";
import { parseTaggedReference } from "../container/tagged-reference.ts";
import { pinBase } from "./pin-base.ts";
import { renderDiff } from "./render-diff.ts";
import { writePin } from "./write-pin.ts";

const digest = `sha256:${"a".repeat(64)}`;
const pushed = { name: "quay.io/team/lab", tag: "0123", digest };
const values = `# basehub
jupyterhub:
  singleuser:
    image:
      # who builds it: CI
      name: quay.io/team/old
      tag: '0.1'
    profileList:
      - display_name: "One"   # first
        kubespawner_override:
          image: quay.io/team/old:0.1
  hub: {image: {repository: a, name: b, tag: c, digest: d}}
`;

it.each<[string, readonly (string | number)[], (text: string) => string]>([
  [
    "a map's name and tag",
    ["jupyterhub", "singleuser", "image"],
    (text) => text.replace("name: quay.io/team/old", "name: quay.io/team/lab").replace("'0.1'", "'0123'"),
  ],
  [
    "a single value, with its digest",
    ["jupyterhub", "singleuser", "profileList", "0", "kubespawner_override", "image"],
    (text) => text.replace("image: quay.io/team/old:0.1", `image: quay.io/team/lab:0123@${digest}`),
  ],
  [
    "every key of a map that says where the image is",
    ["jupyterhub", "hub", "image"],
    (text) =>
      text.replace(
        "{repository: a, name: b, tag: c, digest: d}",
        `{repository: quay.io/team/lab, name: quay.io/team/lab, tag: "0123", digest: "${digest}"}`,
      ),
  ],
])("writes %s", (_what, path, expected) => {
  const written = writePin(values, { file: "values.yaml", path }, pushed);

  expect(written).toBe(expected(values));
  expect(writePin(written, { file: "values.yaml", path }, pushed)).toBe(written);
});

it("refuses a map that is no image's, and one that has no tag yet", () => {
  const pin = (path: readonly string[]) => (): string =>
    writePin("a:\n  name: x\nb:\n  c: 1\n", { file: "v.yaml", path }, pushed);

  expect(pin(["a"])).toThrow(
    expect.objectContaining({ code: "PLACE_UNFIT", hint: 'write `tag: ""` there once' }) as Error,
  );
  expect(pin(["b"])).toThrow(/neither `name` nor `repository`/);
});

it("shows what it did as Git would", () => {
  const after = writePin(values, { file: "values.yaml", path: ["jupyterhub", "singleuser", "image"] }, pushed);

  expect(renderDiff([{ path: "values.yaml", before: values, after }])).toBe(`--- a/values.yaml
+++ b/values.yaml
@@ -3,8 +3,8 @@
   singleuser:
     image:
       # who builds it: CI
-      name: quay.io/team/old
-      tag: '0.1'
+      name: quay.io/team/lab
+      tag: '0123'
     profileList:
       - display_name: "One"   # first
         kubespawner_override:
`);
  expect(renderDiff([{ path: "x", before: "a\nb", after: "a\nb\nc\n" }])).toBe(
    "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n b\n+c\n",
  );
});

it.each<[string, Readonly<Record<string, string>>, string | undefined, string]>([
  ["`from`", { from: `x.org/a:1@${digest}` }, undefined, "images/lab/image.yaml"],
  ["`base`", { base: `x.org/a:1@${digest}` }, undefined, "images/lab/image.yaml"],
  ["the Dockerfile", {}, `FROM x.org/a:1@${digest}\n`, "images/lab/Dockerfile"],
])("pins where the base stands: %s", (_where, keys, dockerfile, path) => {
  const [key, old] = Object.entries(keys)[0] ?? [];
  const imageFile = key === undefined ? "version: 1\n" : `version: 1\n${key}: ${old} # why\n`;
  const target = parseTaggedReference(`x.org/a:2@${digest}`);

  const change = pinBase({ ...anImage(), ...keys }, { imageFile, dockerfile }, target);

  expect(change).toEqual({
    path,
    before: dockerfile ?? imageFile,
    after: (dockerfile ?? imageFile).replace("x.org/a:1", "x.org/a:2"),
  });
});

it("adds a base where there is none", () => {
  const image = anImage();
  const target = parseTaggedReference(`x.org/a:2@${digest}`);

  expect(pinBase(image, { imageFile: "version: 1 # x", dockerfile: undefined }, target).after).toBe(
    `version: 1 # x\nbase: x.org/a:2@${digest}\n`,
  );
  expect(() => pinBase(image, { imageFile: "{version: 1}", dockerfile: undefined }, target)).toThrow(
    /a key can follow/,
  );
});

function anImage(): Image {
  const image = aFleet().build().images.get("lab");
  if (image === undefined) throw new Error("no image");
  return image;
}
