import { HubfleetError } from "../../errors/hubfleet-error.ts";

/** The text of a file without its byte order mark, or why it is no text. */
export function decodeText(path: string, bytes: Uint8Array): string | HubfleetError {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { line, column } = firstInvalid(bytes);
    return new HubfleetError("FILE_NOT_UTF8", {
      message: `"${path}" is not UTF-8 text`,
      hint: "save the file again with the encoding UTF-8",
      at: { path, line, column },
    });
  }
}

/** Place of the first byte that is not UTF-8, found by halving: a prefix that decodes as a stream is good. */
function firstInvalid(bytes: Uint8Array): { line: number; column: number } {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const lines = new TextDecoder().decode(bytes.subarray(0, good)).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
