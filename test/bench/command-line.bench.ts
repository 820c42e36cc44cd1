import { fileURLToPath } from "node:url";

import { execa } from "execa";

/** How long people wait for the packed program before it does anything. Run by script/bench after a build. */
const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

for (const words of [["--version"], ["--help"], ["up", "--help"]]) {
  const milliseconds: number[] = [];
  for (let round = 0; round < 11; round++) {
    const start = performance.now();
    await execa(process.execPath, [program, ...words]);
    milliseconds.push(Math.round(performance.now() - start));
  }
  milliseconds.sort((one, other) => one - other);
  const goal = words[0] === "--help" ? " (goal 120 ms)" : "";
  console.log(`hubfleet ${words.join(" ")}: median ${milliseconds[5]} ms, slowest ${milliseconds[10]} ms${goal}`);
}
