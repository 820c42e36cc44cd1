import { printable } from "../../errors/render-problems.ts";
import type { UnseenHub } from "../../plan/plan.ts";
import type { Paint } from "./paint.ts";

/** Hubs and clusters of which nobody knows whether anything differs, with the reasons. "" where all were looked at. */
export function renderUnseen(unseen: readonly UnseenHub[], paint: Paint): string {
  return unseen
    .flatMap(({ target, errors }) =>
      errors.flatMap(({ code, message, hint }) => [
        `${paint("red", `error ${code}`)}  ${paint("bold", printable(target))}`,
        ...message.split("\n").map((line) => `  ${printable(line)}`),
        ...(hint === undefined ? [] : [paint("cyan", `  hint: ${printable(hint)}`)]),
      ]),
    )
    .map((line) => `${line}\n`)
    .join("");
}
