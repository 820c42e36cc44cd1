import { expect, it } from "vitest";
import { parse } from "yaml";

import { aFleet } from "../../test/support/a-fleet.ts";
import { readDocument } from "../../test/support/documents.ts";
import { noticeKinds } from "./recipient.ts";

const { text, blocks } = readDocument("docs/guides/notifications.md");

it("takes the recipients of docs/guides/notifications.md as they are written there", () => {
  const examples = blocks.filter(({ language }) => language === "yaml");
  const recipients = examples.map((example) => {
    const { fleet, problems, warnings } = aFleet()
      .withFleet(parse(example.text) as Readonly<Record<string, unknown>>) // the page's examples are maps
      .read();
    expect([...problems, ...warnings]).toEqual([]);
    return fleet?.recipients?.map(({ kind, kinds }) => [kind, kinds.length]);
  });

  expect(recipients).toEqual([
    [
      ["webhook", noticeKinds.length],
      ["command", 3],
      ["command", 2],
    ],
    [["command", noticeKinds.length]],
  ]);
});

it("says of each kind of notice what it tells", () => {
  const told = [...text.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) => cell.replaceAll("`", "").split(", "));

  expect(told.sort()).toEqual([...noticeKinds].sort());
});
