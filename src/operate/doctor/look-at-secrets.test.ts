import { expect, it } from "vitest";

import { createClockMemory } from "../../adapters/clock/clock-memory.ts";
import { createSecretFilesMemory } from "../../adapters/secret-files/secret-files-memory.ts";
import { aFleet } from "../../../test/support/a-fleet.ts";
import { lookAtSecrets, tryNamedSecrets } from "./look-at-secrets.ts";

const clock = createClockMemory();
const daysAgo = (days: number): Date => new Date(clock.now().getTime() - days * 86_400_000);

it("says of each file how old it is and for whom", async () => {
  const secretFiles = createSecretFilesMemory();
  secretFiles.put("login", {}, { lastModified: daysAgo(1), recipients: ["age1ada", "age1ci"] });
  secretFiles.put("old", {}, { lastModified: daysAgo(400), recipients: ["age1ada"] });
  secretFiles.put("orphan", {}, { lastModified: daysAgo(0) });

  expect((await lookAtSecrets({ secretFiles, clock })).map(({ level, about, says }) => [level, about, says])).toEqual([
    ["ok", "secrets/login", "changed 1 day ago; for age1ada, age1ci"],
    ["warn", "secrets/old", "changed 400 days ago; for age1ada"],
    ["warn", "secrets/orphan", "nobody can decrypt it"],
  ]);
});

it("tries what hubs ask for, once, and never says the value", async () => {
  const clientSecret = { secret: "login", key: "github.clientSecret" };
  const access = { login: { kind: "github", clientId: "x", clientSecret } };
  const fleet = aFleet()
    .withFile("secrets/login.enc.yaml", "github:\n  clientSecret: ENC[x]\nsops: { mac: x, version: 3.9.0 }\n")
    .withHub("alpha", { port: 18_000, access })
    .withHub("beta", { port: 18_010, access })
    .build();
  const secretFiles = createSecretFilesMemory();
  secretFiles.put("login", { github: { clientSecret: "tell-nobody" } });

  expect(await tryNamedSecrets(fleet, { secretFiles })).toEqual([
    { level: "ok", about: "secrets/login github.clientSecret", says: "it can be decrypted here", todo: "" },
  ]);
  secretFiles.become("login", "locked");
  expect(await tryNamedSecrets(fleet, { secretFiles })).toMatchObject([{ level: "warn", todo: "ask a recipient" }]);
});
