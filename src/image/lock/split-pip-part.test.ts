import { expect, it } from "vitest";

import { splitPipPart } from "./split-pip-part.ts";

const commit = "0123456789".repeat(4);
const part = `Six==1.17.0 ; python_version < '4' \\
    --hash=sha256:1 \\
    --hash=sha256:2
    # via -r requirements.txt
tool @ git+https://example.org/tool@${commit} ; sys_platform == 'linux'
    # via -r requirements.txt
wheel @ https://example.org/wheel-1.0.whl \\
    --hash=sha256:3
`;

it("parts what has a hash from what has a commit", () => {
  expect(splitPipPart(part)).toEqual({
    hashed:
      "Six==1.17.0 ; python_version < '4'      --hash=sha256:1      --hash=sha256:2\nwheel @ https://example.org/wheel-1.0.whl      --hash=sha256:3\n",
    git: `tool @ git+https://example.org/tool@${commit} ; sys_platform == 'linux'\n`,
  });
});

it("leaves a pin without hash or commit where hashes are demanded", () => {
  expect(splitPipPart("six==1.17.0\ntool @ git+https://example.org/tool@main\n")).toEqual({
    hashed: "six==1.17.0\ntool @ git+https://example.org/tool@main\n",
    git: "",
  });
});

it("leaves out what the environment has already", () => {
  expect(splitPipPart(part, new Set(["six", "tool"])).hashed).toMatch(/^wheel @/);
  expect(splitPipPart(part, new Set(["tool"])).git).toBe("");
});
