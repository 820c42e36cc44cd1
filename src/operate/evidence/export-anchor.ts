import { anchorOf, type ExportedAnchor, signedAnchorText } from "../../evidence/anchor.ts";
import type { StateSnapshot, StateStanding } from "../../ports/state-ref.ts";

export interface AnchorExport {
  readonly anchor: ExportedAnchor;
  readonly standing: StateStanding;
}

/** Signs a text; throws where it cannot. */
export interface AnchorSigner {
  readonly by: string;
  readonly sign: (text: string) => Promise<string>;
}

/**
 * What to keep where those who write the state cannot. Without the commit while something waits to be pushed: put on top of
 * what others wrote, the same records get another.
 */
export function exportAnchor(
  { commit, files, standing }: StateSnapshot,
  { fleet, at }: { readonly fleet: string | undefined; readonly at: Date },
): AnchorExport {
  const { heads, records } = anchorOf(files);
  const isThere = commit !== undefined && standing.waiting === undefined;
  const anchor = {
    version: 1 as const,
    ...(fleet === undefined ? {} : { fleet }),
    at: at.toISOString(),
    records,
    heads: [...heads],
    ...(isThere ? { commit } : {}),
  };
  return { anchor, standing };
}

/** With a signature, so that it can be kept where others write: whoever changes it cannot sign it. */
export async function signAnchor(anchor: ExportedAnchor, { by, sign }: AnchorSigner): Promise<ExportedAnchor> {
  const signed = { ...anchor, by };
  return { ...signed, signature: await sign(signedAnchorText(signed)) };
}
