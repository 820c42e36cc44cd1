import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect } from "vitest";
import { parse } from "yaml";

import type { WrittenRecipient } from "../../src/fleet/schema/notify.ts";
import { command, listen, message, system } from "../support/a-notifier.ts";
import { readDocument } from "../support/documents.ts";
import { scriptedServers } from "../support/scripted-server.ts";
import { skipUnless, tool } from "../support/skip.ts";

/** The commands of docs/guides/notifications.md, as they stand there. */
describe("the guide to notifications", () => {
  const { signal } = new AbortController();
  const { blocks } = readDocument("docs/guides/notifications.md");
  const servers = scriptedServers();
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hubfleet-notify-guide-"));
    await mkdir(join(root, "bin"));
    await mkdir(join(root, "script"));
    await write("bin/mail", '#!/bin/sh\nfor word; do echo "<$word>"; done > mailed\ncat >> mailed\n');
    await write("script/mail-notice", blocks.find(({ text }) => text.startsWith("#!/bin/sh"))?.text ?? "");
  });
  afterAll(async () => {
    await servers.close();
    await rm(root, { recursive: true });
  });
  const write = async (path: string, text: string): Promise<void> => {
    await writeFile(join(root, path), text);
    await chmod(join(root, path), 0o755);
  };
  const path = (): string => `${join(root, "bin")}:${process.env["PATH"]}`;

  skipUnless(tool("jq"), "jq is not on PATH")("mails, and can be tried by hand", async () => {
    const notifier = system(root, { PATH: path() });
    const trial = blocks.find(({ text }) => text.startsWith("echo '{"))?.text ?? "";

    expect(await notifier.send(command("script/mail-notice", "ops@example.org"), message, signal)).toEqual({
      kind: "sent",
    });
    const mailed = await readFile(join(root, "mailed"), "utf8");
    expect(await notifier.send(command("sh", "-c", trial), message, signal)).toEqual({ kind: "sent" });

    expect(mailed).toBe(
      "<-s>\n<campus: unhealthy hub/alpha>\n<ops@example.org>\ncampus: hub/alpha is not well: \"1 < 2\" & 'ä'.\n",
    );
    expect(await readFile(join(root, "mailed"), "utf8")).toContain("\ncampus: a try\n");
  });

  skipUnless(tool("jq") && tool("curl"), "jq and curl are not on PATH")("posts in another form", async () => {
    const { place, received } = await listen(servers, (_, response) => void response.writeHead(204).end());
    const text = blocks.filter(({ language }) => language === "yaml")[1]?.text ?? "";
    const [recipient] = (parse(text) as { notify: WrittenRecipient[] }).notify; // the page's second example
    const [program = "", ...words] = recipient?.command ?? [];
    const variables = recipient?.variables ?? [];
    const notifier = system(root, { DISCORD_WEBHOOK: `http://${place}/in` });

    expect(
      await notifier.send({ ...command(program, ...words), variables } as ReturnType<typeof command>, message, signal),
    ).toEqual({
      kind: "sent",
    });

    expect(received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { content: "campus: hub/alpha is not well: \"1 < 2\" & 'ä'." },
    ]);
  });
});
