import { createHash } from "node:crypto";
import { connect, createServer, type Server } from "node:net";

import type { Clock } from "../../ports/clock.ts";
import type { LockHolder, Locks } from "../../ports/locks.ts";
import type { StateFiles } from "../../ports/state-files.ts";

export interface LocksSocketProps {
  readonly files: Pick<StateFiles, "read" | "ensureFile" | "remove">;
  readonly clock: Pick<Clock, "now">;
  readonly pid: number;
}

/**
 * Locks held by listening on an abstract Unix socket (unix(7)): the kernel gives a name to one process at a time and
 * takes it back when that process ends, even by SIGKILL, so no lock is ever stale and nobody has to break one.
 */
export function createLocksSocket({ files, clock, pid }: LocksSocketProps): Locks {
  return {
    async tryAcquire(name, note, command) {
      const server = await listen(socketName(name));
      if (server === undefined) return { kind: "taken", by: parseNote(await files.read(note)) };
      const holder = { version: 1, pid, command, since: clock.now().toISOString() };
      try {
        await files.ensureFile(note, `${JSON.stringify(holder)}\n`, 0o644);
      } catch (error) {
        // Only the socket decides. `prune`, which makes room, needs its locks on a full disk.
        if (isFull(error)) return { kind: "held", release: async () => close(server) };
        await close(server);
        throw error;
      }
      return {
        kind: "held",
        release: async () => {
          if (!server.listening) return; // released before: the note may be the next holder's by now
          await files.remove(note);
          await close(server);
        },
      };
    },
    holder: async (name, note) => {
      if (!(await isListening(socketName(name)))) return undefined;
      return parseNote(await files.read(note)) ?? "somebody";
    },
  };
}

/** A socket's name has 107 bytes; a longer one is told by its digest. */
function socketName(name: string): string {
  const readable = `\0hubfleet/${name}`;
  return Buffer.byteLength(readable) <= 100
    ? readable
    : `\0hubfleet/${createHash("sha256").update(name).digest("hex")}`;
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen({ path }, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** A holder ends every connection at once: asking disturbs nobody. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

function parseNote(text: string | undefined): LockHolder | undefined {
  if (text === undefined) return undefined;
  try {
    const note = JSON.parse(text) as { pid: number; command: string; since: string }; // written above
    return { pid: note.pid, command: note.command, since: new Date(note.since) };
  } catch {
    return undefined;
  }
}
