import { describe, expect, it } from "vitest";

import { aFleet } from "../../../test/support/a-fleet.ts";
import { renderAnnotations } from "./annotations.ts";

describe("renderAnnotations", () => {
  it("names file, place and code, with the hint on a line of its own", () => {
    const reading = aFleet().withHub("beta", { port: 18_010, stage: "prod" }).read();

    expect(renderAnnotations(reading, "fleets/campus")).toBe(
      '::error file=fleets/campus/hubs/beta.yaml,line=3,col=8,endColumn=11,title=UNKNOWN_STAGE::there is no stage "prod"%0Ahint: did you mean "production"?\n',
    );
  });

  it("escapes what would end a command or one of its properties", () => {
    const reading = aFleet().withFile("hubs/a,b:c%d\n.yaml", "version: 1\ntitle: 100%\n").read();

    const lines = renderAnnotations(reading, "").trimEnd().split("\n");
    expect(lines.every((line) => line.startsWith("::error file=hubs/a%2Cb%3Ac%25d%0A.yaml,line="))).toBe(true);
  });

  it("tells warnings from errors", () => {
    const reading = aFleet().withPlatform({ access: {} }).read();

    expect(renderAnnotations(reading, "")).toMatch(/^::warning .*title=ACCESS_NOBODY::/);
  });
});
