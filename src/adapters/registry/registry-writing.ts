import { createHash } from "node:crypto";

import { manifestType } from "../../image/container/manifest-type.ts";
import type { WritableRegistry } from "../../ports/registry.ts";
import { mismatch } from "./registry-failures.ts";
import type { RegistryAsk } from "./registry-request.ts";
import type { UploadSteps } from "./upload-steps.ts";

export interface WritingProps {
  readonly asking: RegistryAsk;
  readonly steps: Pick<UploadSteps, "begin">;
}

/** What changes something in a registry, and sends no blob. */
export function createWriting({
  asking: { ask, askOnce },
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
      const request = { method: "PUT", headers, body: () => text, deed: "write to" } as const;
      const answer = await ask(place, { ...request, path: `manifests/${tag ?? digest}` }, signal);
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
