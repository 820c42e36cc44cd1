import type { MadeBundle } from "../../../operate/bundles/make-bundle.ts";
import type { Terminal } from "../../../ports/terminal.ts";
import type { OutputFormat } from "../../command.ts";
import { renderJson } from "../data.ts";
import { madeBundleDocument } from "./bundle-document.ts";
import { renderMadeBundle } from "./bundle-text.ts";
import { standingWords } from "./standing-words.ts";

/** A bundle that was just made, or was there: the result, and what there is to know of the remote. */
export function printMade(made: MadeBundle, format: OutputFormat, terminal: Pick<Terminal, "out" | "err">): void {
  if (format === "json") terminal.out(renderJson(madeBundleDocument(made)));
  else if (format === "name") terminal.out(`${made.bundle.id}\n`);
  else terminal.out(renderMadeBundle(made));
  terminal.err(standingWords(made.standing));
}
