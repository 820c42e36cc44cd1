import type { DoctorReport } from "../../operate/doctor/examine.ts";
import type { Paint } from "./paint.ts";

const colors = { ok: "green", warn: "yellow", fail: "red" } as const;

/** A line for each thing that was looked at, and below it what to do when it is not well. */
export function renderDoctor({ lines }: DoctorReport, paint: Paint): string {
  const width = Math.max(...lines.map(({ about }) => about.length));
  const count = (level: string): number => lines.filter((line) => line.level === level).length;
  return [
    ...lines.map(({ level, about, says, todo }) => {
      const line = `${paint(colors[level], level.padEnd(4))}  ${about.padEnd(width)}  ${says}\n`;
      return todo === "" ? line : `${line}${" ".repeat(width + 8)}do: ${todo}\n`;
    }),
    `${count("ok")} ok, ${count("warn")} warn, ${count("fail")} fail\n`,
  ].join("");
}
