import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import { type DoctorLine, ok, warn } from "./line.ts";

const dayMilliseconds = 86_400_000;
/** Longer than most organisations let a password live. */
const oldDays = 365;

/** How old the fleet's encrypted files are and who can read them. Decrypts nothing. */
export async function lookAtSecrets({
  secretFiles,
  clock,
}: Pick<LocalWorld, "secretFiles" | "clock">): Promise<readonly DoctorLine[]> {
  const now = clock.now().getTime();
  return (await secretFiles.describe()).map(({ name, lastModified, recipients }) => {
    const about = `secrets/${name}`;
    const who = recipients.length === 0 ? "nobody can decrypt it" : `for ${recipients.join(", ")}`;
    if (recipients.length === 0) return warn(about, who, `sops updatekeys secrets/${name}.enc.yaml`);
    if (lastModified === undefined)
      return warn(about, `it does not say when it was changed; ${who}`, `sops secrets/${name}.enc.yaml`);
    const days = Math.floor((now - lastModified.getTime()) / dayMilliseconds);
    const age = days === 0 ? "changed today" : `changed ${days} ${days === 1 ? "day" : "days"} ago`;
    if (days < oldDays) return ok(about, `${age}; ${who}`);
    return warn(
      about,
      `${age}; ${who}`,
      `change what it holds where that came from, then: sops secrets/${name}.enc.yaml`,
    );
  });
}

/** What hubs ask of encrypted files, tried; nothing where no hub does. */
export async function tryNamedSecrets(
  { hubs }: Pick<Fleet, "hubs">,
  { secretFiles }: Pick<LocalWorld, "secretFiles">,
): Promise<readonly DoctorLine[]> {
  const named = new Map(
    [...hubs.values()].flatMap(({ access: { login } }) =>
      login.kind === "github" && login.clientSecret !== undefined
        ? [[`${login.clientSecret.secret}/${login.clientSecret.key}`, login.clientSecret] as const]
        : [],
    ),
  );
  return Promise.all(
    [...named].map(async ([, reference]): Promise<DoctorLine> => {
      const about = `secrets/${reference.secret} ${reference.key}`;
      try {
        await secretFiles.read(reference);
        return ok(about, "it can be decrypted here");
      } catch (thrown) {
        if (!(thrown instanceof HubfleetError)) throw thrown;
        return warn(about, thrown.message, thrown.hint ?? "");
      }
    }),
  );
}
