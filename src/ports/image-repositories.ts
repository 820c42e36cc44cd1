import type { ImageRepository } from "../image/container/image-reference.ts";

/** Places for images in registries that do not make them by themselves. */
export interface ImageRepositories {
  /**
   * Makes the repository where its registry wants it made before the first push; its tags cannot be moved then.
   * "at the first push": the registry does that by itself, as far as its address tells. Idempotent.
   * @throws HubfleetError TOOL_MISSING, REPOSITORY_NOT_MADE
   */
  ensure(place: ImageRepository, signal: AbortSignal): Promise<"there" | "made" | "at the first push">;
}
