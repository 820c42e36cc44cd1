import { createHash } from "node:crypto";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import { stateLayout } from "../../evidence/state-layout.ts";
import type { StateFiles } from "../../ports/state-files.ts";

const mostBytes = 5_000_000;

/** A file beside a tick: its digest, and where on the state it is kept. */
export interface Attachment {
  /** SHA-256 of its bytes. */
  readonly digest: string;
  readonly path: string;
  readonly text: string;
}

/**
 * Reads a file to attach. The state keeps texts: one that is text as it is, others in base64, with that as the ending.
 * @throws HubfleetError ATTACHMENT_REFUSED
 */
export async function readAttachment(path: string, files: Pick<StateFiles, "readBytes" | "size">): Promise<Attachment> {
  const size = await files.size(path);
  if (size > mostBytes) {
    const words = `${(size / 1_000_000).toFixed(1)} MB`;
    throw refused(
      `"${path}" has ${words}, and the state takes 5 MB at most`,
      "attach a smaller picture, or a page that says where it is",
    );
  }
  const bytes = await files.readBytes(path).catch(() => undefined);
  if (bytes === undefined) throw refused(`there is no file "${path}"`, "name a file that somebody looked at");
  if (bytes.length === 0) throw refused(`"${path}" is empty`, "attach what was looked at");
  return attachmentOf(bytes);
}

/** What was read, as the state keeps it. */
export function attachmentOf(bytes: Uint8Array): Attachment {
  const digest = createHash("sha256").update(bytes).digest("hex");
  const text = Buffer.from(bytes).toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(bytes);
  const place = `${stateLayout.outputs}${digest}`;
  return isText ? { digest, path: place, text } : { digest, path: `${place}.base64`, text: base64(bytes) };
}

/** In lines, as `base64` writes it. */
function base64(bytes: Uint8Array): string {
  return `${Buffer.from(bytes)
    .toString("base64")
    .replaceAll(/.{76}(?=.)/g, "$&\n")}\n`;
}

function refused(message: string, hint: string): HubfleetError {
  return new HubfleetError("ATTACHMENT_REFUSED", { message, hint });
}
