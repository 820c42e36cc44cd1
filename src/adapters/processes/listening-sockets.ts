/** Inodes of the sockets that listen on a TCP port, IPv4 and IPv6. */
export type ListeningInodes = (port: number) => Promise<ReadonlySet<string>>;

/**
 * Asked of many ports at the same time, reads the kernel's tables once: it takes the kernel milliseconds to write them, and
 * fifty hubs have hundreds of ports. Nobody gets what was read before they asked.
 */
export function createListeningInodes(read: (path: string) => Promise<string | undefined>): ListeningInodes {
  let next: Promise<ReadonlyMap<string, ReadonlySet<string>>> | undefined;
  const readTables = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
    await new Promise((resolve) => setImmediate(resolve));
    // Whoever asks from now on may be too late for what is read now.
    next = undefined;
    return inodesByPort(await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(read)));
  };
  return async (port) => {
    next ??= readTables();
    return (await next).get(hexOf(port)) ?? new Set();
  };
}

function inodesByPort(tables: readonly (string | undefined)[]): ReadonlyMap<string, ReadonlySet<string>> {
  const listening = "0A";
  const found = new Map<string, Set<string>>();
  for (const line of tables.flatMap((table) => (table ?? "").split("\n").slice(1))) {
    const fields = line.trim().split(/\s+/);
    if (fields[3] !== listening) continue;
    const port = fields[1]?.split(":").at(-1) ?? "";
    found.set(port, (found.get(port) ?? new Set()).add(fields[9] ?? ""));
  }
  return found;
}

function hexOf(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}
