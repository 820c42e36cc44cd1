import { expect, it } from "vitest";

import { baseTag } from "./base-tag.ts";

const digest = `sha256:${"a".repeat(64)}`;

it.each([
  [`quay.io/jupyterhub/k8s-hub:4.4.0@${digest}`, "4.4.0"],
  [`127.0.0.1:5000/k8s-hub@${digest}`, undefined],
  [`127.0.0.1:5000/k8s-hub:4.4.0-0.dev.git.1.h0@${digest}`, "4.4.0-0.dev.git.1.h0"],
  ["k8s-hub:4.4.0", "4.4.0"],
  ["k8s-hub", undefined],
])("the tag of %s is %s", (reference, tag) => {
  expect(baseTag(reference)).toBe(tag);
});
