import type { ImageRepository } from "../../image/container/image-reference.ts";
import { denied, full, notFound, refused, repositoryAbsent } from "./registry-failures.ts";
import type { RegistryRequest } from "./registry-request.ts";
import { readWords } from "./registry-words.ts";

/**
 * Passes on an answer that is fine; of others it makes an error.
 *
 * | status | and | error |
 * | --- | --- | --- |
 * | 403, 4xx | the words speak of room | REGISTRY_FULL |
 * | 403 | | REGISTRY_DENIED |
 * | 404 | writing | REPOSITORY_ABSENT |
 * | 404 | reading | IMAGE_NOT_FOUND |
 * | others | | REGISTRY_REFUSED, with the registry's words |
 */
export async function judge(answer: Response, place: ImageRepository, request: RegistryRequest): Promise<Response> {
  const { deed = "read", path, accept = [] } = request;
  if (answer.ok || accept.includes(answer.status)) return answer;
  const { codes, text, isFull } = await readWords(answer);
  const { status } = answer;
  if (isFull || status === 507) throw full(place, text);
  if (status === 403 || codes.includes("DENIED")) throw denied(place, deed, text);
  if (status === 404 && deed === "read") throw notFound(place, String(path).slice(String(path).lastIndexOf("/") + 1));
  if (status === 404) throw repositoryAbsent(place);
  throw refused(place, deed, text === "" ? `it answered ${status}` : `${text} (${status})`);
}
