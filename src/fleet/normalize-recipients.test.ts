import { describe, expect, it } from "vitest";

import { aFleet } from "../../test/support/a-fleet.ts";
import { noticeKinds, type Recipient, recipientWords } from "./recipient.ts";

const recipientsOf = (...notify: readonly unknown[]): readonly Recipient[] =>
  aFleet().withFleet({ notify }).build().recipients ?? [];

describe("the recipients of notices", () => {
  it("are nobody unless somebody is named", () => {
    expect(aFleet().build().recipients).toEqual([]);
  });

  it("are told of everything, or of the kinds that they name", () => {
    const [command, webhook] = recipientsOf(
      { command: ["mail", "ops@example.org"], variables: ["TOKEN"] },
      { on: ["failed", "unhealthy"], webhook: { addressVariable: "HOOK" } },
    );

    expect(command).toEqual({
      kind: "command",
      id: expect.stringMatching(/^command-[0-9a-f]{12}$/) as string,
      kinds: noticeKinds,
      command: ["mail", "ops@example.org"],
      variables: ["TOKEN"],
    });
    expect(webhook).toMatchObject({ kinds: ["unhealthy", "failed"], address: { kind: "variable", name: "HOOK" } });
  });

  it("are one where the same address is there twice, for the kinds of both", () => {
    const hook = { webhook: { address: "https://ops.example.org/notices" } };

    expect(recipientsOf({ on: ["failed"], ...hook }, { on: ["healthy"], ...hook })).toMatchObject([
      { kinds: ["healthy", "failed"] },
    ]);
  });

  it("keep their id when something else than the command or address changes", () => {
    const [before] = recipientsOf({ command: ["mail", "a b"] });
    const [after, other] = recipientsOf(
      { on: ["failed"], command: ["mail", "a b"], variables: ["X"] },
      { command: ["mail", "a", "b"] },
    );

    expect(after?.id).toBe(before?.id);
    expect(other?.id).not.toBe(before?.id);
  });

  it("are named without an address that nobody may know", () => {
    const words = recipientsOf(
      { command: ["mail", "ops@example.org"] },
      { webhook: { address: "http://localhost:9000/in" } },
      { webhook: { addressVariable: "HOOK" } },
    ).map(recipientWords);

    expect(words).toEqual([
      'the command "mail ops@example.org"',
      "the webhook http://localhost:9000/in",
      "the webhook of the variable HOOK",
    ]);
  });

  it("may have an address that only looks as if it were a secret", () => {
    expect(
      recipientsOf({ webhook: { address: "https://ops.example.org/2026-maintenance-window/notices?team=ocean" } }),
    ).toHaveLength(1);
  });
});
