import { describe, expect, it } from "vitest";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { findMap, readScalar, spliceScalar } from "./splice-scalar.ts";
import type { ValuePath } from "./yaml-document.ts";

const values = `# Everything that all hubs share.
daskhub:
  jupyterhub:
    hub:
      image:
        name: quay.io/team/hub # ours
        # written by hand until now
        tag: "0.0.1-0.dev.git.10.h1a2b3c"   # see CHANGES

      extraConfig: |
        c.Spawner.args = ["tag: no"]
    singleuser:
      image: {name: 'quay.io/team/lab', tag: '1.10'}
      profileList:
        - display_name: Small
          default: true
          kubespawner_override: &small
            image: quay.io/team/lab:1.10
        - display_name: Large
          kubespawner_override:
            <<: *small
            mem_limit: 8G
        - *small
`;

describe("a value of a chart's values file", () => {
  it.each<[string, ValuePath, string, string, string]>([
    [
      "in its quotes, with its comment",
      ["daskhub", "jupyterhub", "hub", "image", "tag"],
      "1.0",
      '"0.0.1-0.dev.git.10.h1a2b3c"',
      '"1.0"',
    ],
    [
      "bare, with its comment",
      ["daskhub", "jupyterhub", "hub", "image", "name"],
      "r.org/hub",
      "quay.io/team/hub #",
      "r.org/hub #",
    ],
    ["in a map on one line", ["daskhub", "jupyterhub", "singleuser", "image", "tag"], "2'0", "'1.10'", "'2''0'"],
    [
      "of a list's entry, below an anchor",
      ["daskhub", "jupyterhub", "singleuser", "profileList", 0, "kubespawner_override", "image"],
      "quay.io/team/lab:2",
      "quay.io/team/lab:1.10",
      "quay.io/team/lab:2",
    ],
  ])("is written %s", (_how, path, value, before, after) => {
    expect(spliceScalar("values.yaml", values, path, value).text).toBe(values.replace(before, after));
  });

  it.each([
    ["a: 1.9 # c\n", "1.10", 'a: "1.10" # c\n'],
    ["a:   # none yet\n", "x", "a: x   # none yet\n"],
    ["a:", "on", 'a: "on"'],
    ["a: on\n", "on", 'a: "on"\n'], // Helm takes the bare word for true
    ["a: ~\r\nb: 1\r\n", "x y", "a: x y\r\nb: 1\r\n"],
    ["a: |- # why\n  old\n\nb: 1\n", "new", "a: |- # why\n  new\n\nb: 1\n"],
    ["a: |\n    old\n", "new", "a: |-\n    new\n"],
    ["a: >+\n  old\n  words\n\n\nb: 1\n", "x\ny", 'a: "x\\ny"\nb: 1\n'],
    ["a: &x !!str 1.9\nb: *x\n", "1.10", 'a: &x !!str "1.10"\nb: *x\n'],
    ["a: {b: , c: 1}", "x:y", 'a: {b: "x:y" , c: 1}'],
    ["a: long\n  words\nb: 1\n", "x", "a: x\nb: 1\n"],
    ["\ufeffa:\tx\n", "z", "\ufeffa:\tz\n"],
    ["z: 1\n---\na: 1\n...\n", "x", "z: 1\n---\na: x\n...\n"],
  ])("%j becomes %j in %j", (text, value, expected) => {
    const path = text.includes("{") ? ["a", "b"] : ["a"];

    expect(spliceScalar("values.yaml", text, path, value)).toMatchObject({ text: expected, isChanged: true });
    expect(spliceScalar("values.yaml", expected, path, value)).toMatchObject({ text: expected, isChanged: false });
  });

  it.each<[string, string, ValuePath, string, number, RegExp]>([
    [
      "is not there",
      values,
      ["daskhub", "jupyterhub", "hub", "images", "tag"],
      "PLACE_MISSING",
      5,
      /"daskhub.jupyterhub.hub" is there/,
    ],
    [
      "lies below a single value",
      values,
      ["daskhub", "jupyterhub", "hub", "image", "tag", "x"],
      "PLACE_MISSING",
      8,
      /hub.image.tag" is there/,
    ],
    [
      "is an entry too far",
      values,
      ["daskhub", "jupyterhub", "singleuser", "profileList", 7],
      "PLACE_MISSING",
      15,
      /profileList" is there/,
    ],
    [
      "is an alias",
      values,
      ["daskhub", "jupyterhub", "singleuser", "profileList", 2, "image"],
      "PLACE_SHARED",
      23,
      /anchor "&small" on line 18/,
    ],
    [
      "comes through a merge key",
      values,
      ["daskhub", "jupyterhub", "singleuser", "profileList", 1, "kubespawner_override", "image"],
      "PLACE_SHARED",
      21,
      /anchor "&small" on line 18/,
    ],
    ["is a map", values, ["daskhub", "jupyterhub", "hub"], "PLACE_UNFIT", 5, /is a map/],
    ["is there twice", "a:\n  tag: 1\n  b: 2\n  'tag': 3\n", ["a", "tag"], "DUPLICATE_KEY", 4, /on lines 2 and 4/],
    ["stands in two documents", "a: 1\n---\na: 2\n", ["a"], "PLACE_UNFIT", 3, /on lines 1 and 3/],
    ["has a tag", "a: !number 1\n", ["a"], "PLACE_UNFIT", 1, /has the tag !number/],
    ["has no colon", "a: {b, c: 1}\n", ["a", "b"], "PLACE_UNFIT", 1, /without a colon/],
    ["stands in what is no YAML", "a: [1\nb: 2\n", ["a"], "YAML_INVALID", 2, /flow/],
    ["stands in a file without anything", "# only words\n", ["a"], "PLACE_MISSING", 1, /no such key/],
  ])("that %s is refused", (_what, text, path, code, line, message) => {
    const refused = thrown(() => spliceScalar("values.yaml", text, path, "x"));

    expect(refused).toMatchObject({ code, at: { path: "values.yaml", line } });
    expect(refused.message).toMatch(message);
  });

  it("that is not there is told with what was probably meant", () => {
    const path = ["daskhub", "jupyterhub", "hub", "imgae", "tag"];

    expect(thrown(() => spliceScalar("values.yaml", values, path, "x")).hint).toBe('did you mean "image"?');
  });

  it("can be looked at, as can the keys of a map", () => {
    const image = ["daskhub", "jupyterhub", "singleuser", "image"];

    expect(findMap("values.yaml", values, image)).toMatchObject({ keys: ["name", "tag"], at: { line: 13 } });
    expect(findMap("values.yaml", values, [...image, "tag"])).toBeUndefined();
    expect(readScalar("values.yaml", values, [...image, "tag"])).toBe("1.10");
  });
});

function thrown(work: () => unknown): HubfleetError {
  try {
    work();
  } catch (error) {
    if (error instanceof HubfleetError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
