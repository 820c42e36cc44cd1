import type { BootEntry } from "../../ports/boot-service.ts";

/**
 * The entry as a unit of systemd: a command that runs once when the machine has started and leaves the hubs running.
 * `Delegate` lets hubs make the control groups that hold their users' limits (systemd.resource-control(5)).
 */
export function renderUnit({ description, argv, environment }: BootEntry): string {
  const variables = Object.entries(environment).map(([name, value]) => `Environment=${quote(`${name}=${value}`)}`);
  return [
    "# Written by hubfleet; removed by `hubfleet destroy --all`.",
    "[Unit]",
    `Description=${description.replaceAll("\n", " ")}`,
    "Wants=network-online.target",
    "After=network-online.target local-fs.target",
    "",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    "Delegate=yes",
    ...variables,
    `ExecStart=${argv.map(quote).join(" ")}`,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}

/** A word as systemd reads it back: in double quotes, with its own escapes (systemd.syntax(7)) and no specifiers. */
function quote(word: string): string {
  const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$");
  return `"${escaped}"`;
}
