import type { ImageRepository } from "../../image/container/image-reference.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WritableRegistry } from "../../ports/registry.ts";
import { judge } from "./judge-answer.ts";
import { mostWaitMilliseconds, pause, retryAfter } from "./pause.ts";
import { full, refused, unreachable } from "./registry-failures.ts";
import { isBusy } from "./registry-request.ts";
import { readWords } from "./registry-words.ts";
import type { Session, Step, UploadSteps } from "./upload-steps.ts";

export interface UploadProps {
  readonly steps: UploadSteps;
  readonly clock: Clock;
  readonly hasBlob: WritableRegistry["hasBlob"];
}

/** How often a line may break, or a registry be busy, without a byte more having arrived. */
const mostBreaks = 5;
const tooLarge = 413;

/**
 * Uploads a blob as a whole, which every registry takes. Where the line breaks, or a proxy in between takes no request
 * that large, it goes in pieces: the next break costs a piece at most. What a registry has taken in is asked of the
 * registry, never remembered.
 */
export function createUpload({ steps, clock, hasBlob }: UploadProps): WritableRegistry["uploadBlob"] {
  return async (place, blob, { mountFrom, signal }) => {
    const begun = await steps.begin(
      place,
      mountFrom === undefined ? {} : { mount: blob.digest, from: mountFrom },
      signal,
    );
    if (begun.isMounted) return "mounted";
    let session: Session | undefined = begun;
    let inPieces = false;
    for (let breaks = 0; ;) {
      session ??= await steps.begin(place, {}, signal);
      const step: Step = await (inPieces ? steps.sendPiece : steps.sendAll)(place, blob, { session, signal });
      signal.throwIfAborted();
      if (step.kind === "done") return "uploaded";
      if (step.kind === "taken") {
        session = step.session;
        breaks = 0;
        continue;
      }
      breaks += 1;
      const trouble = await judgeBreak(place, step.answer, { inPieces, isLast: breaks > mostBreaks, now: clock.now() });
      inPieces = trouble.why !== "takes no pieces" && blob.size > session.pieceBytes;
      if (trouble.why !== "line") {
        session = undefined;
        continue;
      }
      await pause(clock, Math.max(trouble.waitMilliseconds, 250 * 2 ** breaks), signal);
      // Only the answer may have been lost.
      if (await hasBlob(place, blob.digest, signal)) return "uploaded";
      const sent: number = session.offset;
      session = inPieces ? await steps.resume(place, session, signal) : undefined;
      if (session !== undefined && session.offset > sent) breaks = 0;
    }
  };
}

interface Trouble {
  readonly why: "line" | "too large" | "takes no pieces";
  readonly waitMilliseconds: number;
}

interface Break {
  readonly inPieces: boolean;
  readonly isLast: boolean;
  readonly now: Date;
}

/** What to do about an upload that did not arrive; throws where there is nothing to do. */
async function judgeBreak(
  place: ImageRepository,
  answer: Response | Error,
  { inPieces, isLast, now }: Break,
): Promise<Trouble> {
  if (answer instanceof Error) {
    if (isLast) throw unreachable(place, answer);
    return { why: "line", waitMilliseconds: 0 };
  }
  if (isBusy(answer.status)) {
    const words = await readWords(answer);
    if (words.isFull) throw full(place, words.text);
    const wanted = retryAfter(answer, now) ?? 0;
    if (isLast || wanted > mostWaitMilliseconds) throw unreachable(place, answer, words);
    return { why: "line", waitMilliseconds: wanted };
  }
  const isForgotten = [404, 409, 416].includes(answer.status) && !isLast;
  const takesNoPieces = inPieces && answer.status !== tooLarge && !isLast;
  if (isForgotten || takesNoPieces || (answer.status === tooLarge && !inPieces)) {
    await answer.body?.cancel();
    const why = takesNoPieces ? "takes no pieces" : isForgotten ? "line" : "too large";
    return { why, waitMilliseconds: 0 };
  }
  await judge(answer, place, { deed: "write to", path: "" });
  throw refused(place, "write to", `it answered ${answer.status} to an upload`);
}
