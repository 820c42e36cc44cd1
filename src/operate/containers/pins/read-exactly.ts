import { HubfleetError } from "../../../errors/hubfleet-error.ts";
import type { StateFiles } from "../../../ports/state-files.ts";

/**
 * The text of a file that will be written back, with its byte order mark. @throws HubfleetError FILE_NOT_UTF8 where
 * reading it lost something
 */
export async function readExactly(
  path: string,
  files: Pick<StateFiles, "read">,
  directory: string,
): Promise<string | undefined> {
  const text = await files.read(`${directory}/${path}`);
  if (text?.includes("\ufffd") !== true) return text;
  throw new HubfleetError("FILE_NOT_UTF8", {
    message: `"${path}" is not UTF-8 text, or has a replacement character in it; nothing is written into it`,
    hint: "save the file again with the encoding UTF-8",
    at: { path, line: text.slice(0, text.indexOf("\ufffd")).split("\n").length, column: 1 },
  });
}
