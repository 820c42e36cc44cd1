import { expect, it } from "vitest";

import { parseChartpressFile } from "./chartpress-file.ts";

const text = `
charts:
  - name: other
    images: &shared
      hub: {}
  - name: mine
    baseVersion: 1.10
    images:
      <<: *shared
      lab:
        paths: [common, ./notices/]
      deep:
        contextPath: elsewhere
        rebuildOnContextPathChanges: false
      far:
        contextPath: ../outside
      many:
        paths: ["common/*.txt"]
      nothing:
`;

it.each([
  ["hub", { paths: ["chartpress.yaml", "images/hub", "images/hub/Dockerfile"] }],
  [
    "lab",
    {
      paths: ["chartpress.yaml", "images/lab", "images/lab/Dockerfile", "common", "./notices/"],
      baseVersion: "1.1",
    },
  ],
  ["deep", { paths: ["chartpress.yaml", "elsewhere/Dockerfile"], baseVersion: "1.1" }],
  ["nothing", { paths: ["chartpress.yaml", "images/nothing", "images/nothing/Dockerfile"], baseVersion: "1.1" }],
  ["unknown", undefined],
])("says what counts for %s", (image, said) => {
  expect(parseChartpressFile(text, image)).toEqual(said);
});

it.each([
  ["far", text, 'image "far" counts "../outside"; hubfleet knows only paths inside the fleet'],
  ["many", text, 'image "many" counts "common/*.txt"; hubfleet knows only paths inside the fleet'],
  ["lab", "charts: [", "it is not valid YAML"],
])("refuses %s", (image, said, message) => {
  expect(() => parseChartpressFile(said, image)).toThrow(message);
});

it.each(["", "- a\n", "charts: 3\n", "charts: [1, null, {images: []}]\n"])("finds nothing in %j", (said) => {
  expect(parseChartpressFile(said, "lab")).toBeUndefined();
});
