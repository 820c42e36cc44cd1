import { describe, expect, it } from "vitest";

import { createStateFilesMemory } from "../../adapters/state-files/state-files-memory.ts";
import { buildSecrets } from "./build-secrets.ts";

const elsewhere = "https://reader:word@index.example.org/simple";

async function secretsOf(
  index: string,
  variables: Readonly<Record<string, string>>,
  seed: Readonly<Record<string, string>> = {},
): Promise<{ readonly secrets: Readonly<Record<string, string>>; readonly texts: Readonly<Record<string, string>> }> {
  const files = createStateFilesMemory(seed);
  const world = { files, variable: (name: string) => variables[name] };
  const secrets = await buildSecrets({ scratch: "/scratch", directory: "/fleet", index, world });
  return { secrets, texts: files.contents("/scratch") };
}

describe("what a build is shown", () => {
  it("is nothing where everything is as usual", async () => {
    expect(await secretsOf("https://pypi.org/simple", { HOME: "/home/ada" })).toEqual({ secrets: {}, texts: {} });
    expect((await secretsOf("offline", {})).secrets).toEqual({});
  });

  it("is the index that locks are made with, for uv and for pip", async () => {
    const { secrets, texts } = await secretsOf(elsewhere, {});

    expect(secrets).toEqual({ "uv.toml": "/scratch/uv.toml", "pip.conf": "/scratch/pip.conf" });
    expect(texts["/scratch/uv.toml"]).toBe(`index-url = "${elsewhere}"\n`);
    expect(texts["/scratch/pip.conf"]).toBe(`[global]\nindex-url = ${elsewhere}\n`);
  });

  it("is the fleet's uv.toml before the operator's", async () => {
    const seed = { "/fleet/uv.toml": "", "/home/ada/.config/uv/uv.toml": "" };

    expect((await secretsOf(elsewhere, { HOME: "/home/ada" }, seed)).secrets["uv.toml"]).toBe("/fleet/uv.toml");
  });

  it("is logins and authorities, where the operator has any", async () => {
    const seed = { "/home/ada/.netrc": "", "/etc/own.pem": "" };
    const variables = { HOME: "/home/ada", SSL_CERT_FILE: "/gone.pem", PIP_CERT: "/etc/own.pem" };

    expect((await secretsOf("offline", variables, seed)).secrets).toEqual({
      netrc: "/home/ada/.netrc",
      "ca-certificates": "/etc/own.pem",
    });
  });
});
