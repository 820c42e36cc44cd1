import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A date for commands that a test moves on, so that a week takes no week. What hubs themselves think of the date stays. */
export interface VirtualTime {
  advance(milliseconds: number): void;
  /** For a command's environment: a runner of CI, whose dates are believed, and which is that much later. */
  readonly environment: Readonly<Record<string, string>>;
}

const preload = fileURLToPath(new URL("shifted-clock.mjs", import.meta.url));

/** `file`: where the shift is kept, so that commands of one environment follow it. */
export function createVirtualTime(file: string): VirtualTime {
  let shift = 0;
  const keep = (): void => writeFileSync(file, String(shift));
  keep();
  return {
    advance: (milliseconds) => {
      shift += milliseconds;
      keep();
    },
    environment: {
      CI: "true",
      NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} --import=${preload}`.trim(),
      HUBFLEET_TEST_CLOCK_SHIFT: file,
    },
  };
}
