import { expect, it } from "vitest";

import { createListeningInodes } from "./listening-sockets.ts";

const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const socket = (port: number, state: string, inode: string): string =>
  `   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1\n`;

it("finds the sockets that listen on a port, and no others", async () => {
  const tables: Record<string, string> = {
    "/proc/net/tcp": `${head}${socket(18_000, "0A", "11")}${socket(18_000, "01", "12")}${socket(80, "0A", "13")}`,
    "/proc/net/tcp6": `${head}${socket(18_000, "0A", "14")}`,
  };
  const inodes = createListeningInodes(async (path) => tables[path]);

  expect(await inodes(18_000)).toEqual(new Set(["11", "14"]));
  expect(await inodes(80)).toEqual(new Set(["13"]));
  expect(await inodes(81)).toEqual(new Set());
});

it("reads the tables once for all who ask at the same time", async () => {
  let reads = 0;
  const inodes = createListeningInodes(async () => {
    reads += 1;
    return head;
  });

  await Promise.all(Array.from({ length: 300 }, (_, port) => inodes(port)));

  expect(reads).toBe(2);
});

it("never answers with what was read before somebody asked", async () => {
  let now = "";
  const inodes = createListeningInodes(async () => {
    const then = `${head}${now}`;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return then;
  });

  const before = inodes(18_000);
  await new Promise((resolve) => setTimeout(resolve, 2));
  now = socket(18_000, "0A", "11");
  const after = inodes(18_000);

  expect(await before).toEqual(new Set());
  expect(await after).toEqual(new Set(["11"]));
});
