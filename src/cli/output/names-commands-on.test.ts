import { describe, expect, it } from "vitest";

import { namesCommandsOn } from "./names-commands-on.ts";

describe("namesCommandsOn", () => {
  it.each([
    ["hint: hubfleet up hub/climate", "hint: hubfleet up --on local hub/climate"],
    ["`hubfleet status` shows what is", "`hubfleet status --on local` shows what is"],
    ["hubfleet stop-servers hub/x", "hubfleet stop-servers --on local hub/x"],
    ["hubfleet up --on local hub/climate", "hubfleet up --on local hub/climate"],
    ["hubfleet explain PORT_TAKEN", "hubfleet explain PORT_TAKEN"],
    ["hubfleet upgrade", "hubfleet upgrade"],
  ])("%s", (text, expected) => {
    expect(namesCommandsOn("local", text)).toBe(expected);
    expect(namesCommandsOn(undefined, text)).toBe(text);
  });
});
