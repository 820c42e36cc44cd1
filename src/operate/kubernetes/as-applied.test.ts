import { expect, it } from "vitest";

import { aRemoteHub } from "../../../test/support/kubernetes/a-remote-hub.ts";
import { asApplied } from "./as-applied.ts";

const never = new AbortController().signal;

it("goes by the address that the hub has, and by what is written in all else", async () => {
  const pretended = await aRemoteHub({ basePath: "/new/" });
  const { remote } = pretended;
  const before = { ...remote.hub, basePath: "/old/", title: "Before" };
  const json = JSON.stringify({ version: 1, hub: before });
  const annotations = { "hubfleet.io/parts": '{"parts":{},"revisions":{}}' };
  pretended.give("Secret", "hubfleet-applied", {
    annotations,
    data: { "applied.json": Buffer.from(json).toString("base64") },
  });

  const { hub } = await asApplied(remote, never);

  expect(hub.basePath).toBe("/old/");
  expect(hub.title).toBe(remote.hub.title);
});

it("goes by what is written where nothing was applied", async () => {
  const { remote } = await aRemoteHub({ basePath: "/new/" });

  expect((await asApplied(remote, never)).hub.basePath).toBe("/new/");
});
