import { sha256 } from "../../runtime/local/digest.ts";

/** Names an environment by all that decides its content. */
export function environmentKey(lock: string, python: { readonly version: string; readonly platform: string }): string {
  return sha256(`${lock}\0${python.version}\0${python.platform}`).slice(0, 32);
}
