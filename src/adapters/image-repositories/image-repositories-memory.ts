import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ImageRepositories } from "../../ports/image-repositories.ts";
import { parseEcrAddress } from "./ecr-address.ts";

export interface ImageRepositoriesMemory extends ImageRepositories {
  /** "registry/repository" of those that are there. */
  readonly made: Set<string>;
  /** From now on nothing can be made, for this reason. */
  refuse(why: string): void;
}

/** Repositories that are only remembered. */
export function createImageRepositoriesMemory(): ImageRepositoriesMemory {
  const made = new Set<string>();
  let refusal: string | undefined;
  return {
    made,
    refuse: (why) => void (refusal = why),
    ensure: async ({ registry, repository }) => {
      if (parseEcrAddress(registry) === undefined) return "at the first push";
      if (refusal !== undefined) {
        throw new HubfleetError("REPOSITORY_NOT_MADE", { message: `"${repository}": ${refusal}`, retry: "later" });
      }
      const name = `${registry}/${repository}`;
      if (made.has(name)) return "there";
      made.add(name);
      return "made";
    },
  };
}
