import { createHash } from "node:crypto";

import { manifestType } from "../../image/container/manifest-type.ts";
import type { Clock } from "../../ports/clock.ts";
import type { WritableRegistry } from "../../ports/registry.ts";
import { judge } from "./judge-answer.ts";
import { pause } from "./pause.ts";
import { mismatch } from "./registry-failures.ts";
import type { RegistryAsk } from "./registry-request.ts";
import { readWords } from "./registry-words.ts";
import type { UploadSteps } from "./upload-steps.ts";

export interface WritingProps {
  readonly asking: RegistryAsk;
  readonly clock: Clock;
  readonly steps: Pick<UploadSteps, "begin">;
}

/**
 * What a manifest names was there a moment ago, and still a registry may not know it: its storage takes its time, or
 * somebody else writes the same.
 */
const mostSettling = 3;
/** With these a registry says that a manifest names what is not there. */
const missing = [400, 404];

/** What changes something in a registry, and sends no blob. */
export function createWriting({
  asking: { ask, askOnce },
  clock,
  steps,
}: WritingProps): Pick<WritableRegistry, "checkPush" | "putManifest" | "removeManifest"> {
  return {
    async checkPush(place, signal) {
      const { location } = await steps.begin(place, {}, signal);
      // Registries forget uploads that nobody ends; this one is ended in time where they let us.
      await askOnce(place, { method: "DELETE", path: location, deed: "write to" }, signal).then(
        (answer) => (answer instanceof Response ? answer.body?.cancel() : undefined),
        () => signal.throwIfAborted(),
      );
    },

    async putManifest({ tag, ...place }, text, signal) {
      const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
      const headers = { "content-type": manifestType(text, `${place.registry}/${place.repository}@${digest}`) };
      const request = { method: "PUT", path: `manifests/${tag ?? digest}`, headers, body: () => text } as const;
      const put = (accept: readonly number[]): Promise<Response> =>
        ask(place, { ...request, deed: "write to", accept }, signal);
      let answer = await put(missing);
      for (let tries = 1; !answer.ok && tries <= mostSettling; tries += 1) {
        const { codes } = await readWords(answer.clone());
        const isSettling = codes.some((code) => /BLOB_UNKNOWN$|^MANIFEST_UNKNOWN$/.test(code));
        if (!isSettling) await judge(answer, place, { ...request, deed: "write to" });
        await answer.body?.cancel();
        await pause(clock, 250 * 2 ** tries, signal);
        answer = await put(tries === mostSettling ? [] : missing);
      }
      await answer.body?.cancel();
      if ((answer.headers.get("docker-content-digest") ?? digest) !== digest) throw mismatch(place, digest);
      return digest;
    },

    async removeManifest(place, digest, signal) {
      const request = { method: "DELETE", path: `manifests/${digest}`, deed: "remove from", accept: [404] } as const;
      const answer = await ask(place, request, signal);
      await answer.body?.cancel();
      return answer.ok;
    },
  };
}
