import type { Hub } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { sha256 } from "../../runtime/local/digest.ts";

/**
 * What changes whenever a secret of the fleet that the hub uses was written anew: the encrypted files as they are. So a plan
 * sees it and decrypts nothing.
 */
export async function secretsFingerprint(
  { access: { login } }: Pick<Hub, "access">,
  directory: string,
  { files }: { readonly files: Pick<LocalWorld["files"], "read"> },
): Promise<unknown> {
  if (login.kind !== "github" || login.clientSecret === undefined) return [];
  const { secret, key } = login.clientSecret;
  const text = await files.read(`${directory}/secrets/${secret}.enc.yaml`);
  return [{ secret, key, file: text === undefined ? "absent" : sha256(text) }];
}
