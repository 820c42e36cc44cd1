import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, afterEach, expect, it } from "vitest";

import { findAuthorities } from "../../src/adapters/registry/registry-authorities.ts";
import { createStateFilesDisk } from "../../src/adapters/state-files/state-files-disk.ts";
import { type Certificate, type CertificateProps, makeCertificate } from "../support/certificates.ts";
import { startDockerRegistry } from "../support/docker-registry.ts";
import { aRegistryClient } from "../support/registry-client.ts";
import { scriptedServers } from "../support/scripted-server.ts";
import { skipSuiteUnless, skipUnless, tool } from "../support/skip.ts";

const { signal } = new AbortController();
const { serve, serveTunnel, close } = scriptedServers();
const scratch = await mkdtemp(join(tmpdir(), "hubfleet-certificates-"));
afterEach(close);
afterAll(() => rm(scratch, { recursive: true, force: true }));

// This machine by a name that is not "this machine", for which registries are spoken to without TLS.
const address = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find(({ internal, family }) => !internal && family === "IPv4")?.address;
const suite = skipSuiteUnless(address !== undefined, "this machine has no address but its own loopback");

suite("registries with certificates", () => {
  const host = address ?? "";
  const [authority, stranger] = [certify({ name: "an authority" }), certify({ name: "another authority" })];
  const trusted = { authorities: [authority.certificate] };

  it("takes a certificate of an authority that was named for the registry, and no other", async () => {
    const registry = await serveTls(certify({ name: "registry", issuer: authority, hosts: [host] }));
    const place = { registry, repository: "team/lab" };

    expect(await aRegistryClient(trusted).tags(place, signal)).toEqual(["v1"]);
    for (const authorities of [[], [stranger.certificate]]) {
      await expect(aRegistryClient({ authorities }).tags(place, signal)).rejects.toMatchObject({
        code: "REGISTRY_CERTIFICATE",
        message: `the certificate of "${registry}" comes from an authority that this machine does not know`,
        hint: `put the authority's certificate into /etc/containers/certs.d/${registry}/ca.crt, or name its file with NODE_EXTRA_CA_CERTS`,
      });
    }
  });

  it("says when a certificate ended, and what time it is here", async () => {
    const to = new Date("2002-03-01T00:00:00Z");
    const tls = certify({
      name: "registry",
      issuer: authority,
      hosts: [host],
      from: new Date("2001-03-01T00:00:00Z"),
      to,
    });
    const registry = await serveTls(tls);

    await expect(pushTo(registry)).rejects.toMatchObject({
      code: "REGISTRY_CERTIFICATE",
      message: `the certificate of "${registry}" ended on 2002-03-01T00:00:00Z; this machine's clock says 2030-06-01T12:00:00Z`,
      hint: "set this machine's clock if it is wrong (`timedatectl`); otherwise whoever runs the registry must renew the certificate",
    });
  });

  it("says that a certificate does not hold yet, as with a clock that is behind", async () => {
    const from = new Date("2090-01-01T00:00:00Z");
    const tls = certify({
      name: "registry",
      issuer: authority,
      hosts: [host],
      from,
      to: new Date("2091-01-01T00:00:00Z"),
    });
    const registry = await serveTls(tls);

    await expect(pushTo(registry)).rejects.toMatchObject({
      code: "REGISTRY_CERTIFICATE",
      message: `the certificate of "${registry}" does not hold yet, not before 2090-01-01T00:00:00Z; this machine's clock says 2030-06-01T12:00:00Z`,
    });
  });

  it("says that a certificate is for another name", async () => {
    const registry = await serveTls(certify({ name: "registry", issuer: authority, hosts: ["registry.example.org"] }));

    const failure = await pushTo(registry).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: "REGISTRY_CERTIFICATE" });
    expect(String(failure)).toContain(`the certificate of "${registry}" is for another name`);
  });

  it("says that a registry speaks no TLS, and sends it nothing without", async () => {
    const seen: string[] = [];
    const registry = await serve((request, response) => void response.end(seen.push(request.url ?? "")), {
      address: host,
    });

    await expect(pushTo(registry)).rejects.toMatchObject({
      code: "REGISTRY_CERTIFICATE",
      message: `"${registry}" speaks no TLS`,
      hint: `where it speaks plain HTTP and you trust the network, set HUBFLEET_INSECURE_REGISTRIES=${registry}`,
    });
    expect(seen).toEqual([]);
  });

  it("sends nothing before it knows who is there", async () => {
    const seen: string[] = [];
    const tls = certify({ name: "registry", issuer: stranger, hosts: [host] });
    const registry = await serve((request, response) => void response.end(seen.push(request.url ?? "")), {
      tls,
      address: host,
    });

    await expect(pushTo(registry)).rejects.toMatchObject({ code: "REGISTRY_CERTIFICATE" });
    expect(seen).toEqual([]);
  });

  it("goes on over TLS where a registry behind a proxy names its uploads without", async () => {
    const seen: string[] = [];
    const tls = certify({ name: "registry", issuer: authority, hosts: [host] });
    const registry: string = await serve(
      (request, response) => {
        seen.push(`${request.method} ${request.url}`);
        const location = `http://${host}/v2/team/lab/blobs/uploads/1?state=x`;
        response.writeHead(request.method === "POST" ? 202 : 204, { location }).end();
      },
      { tls, address: host },
    );

    await aRegistryClient(trusted).checkPush({ registry, repository: "team/lab" }, signal);
    expect(seen).toEqual(["POST /v2/team/lab/blobs/uploads/", "DELETE /v2/team/lab/blobs/uploads/1?state=x"]);
  });

  it("takes the authority that NODE_EXTRA_CA_CERTS names", async () => {
    const registry = await serveTls(certify({ name: "registry", issuer: authority, hosts: [host] }));
    const file = join(scratch, "authority.pem");
    await writeFile(file, authority.certificate);
    const script = `
      const { aRegistryClient } = await import("./test/support/registry-client.ts");
      const place = { registry: ${JSON.stringify(registry)}, repository: "team/lab" };
      console.log(JSON.stringify(await aRegistryClient().tags(place, new AbortController().signal)));`;

    const environment = { ...process.env, NODE_EXTRA_CA_CERTS: file };
    const told = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      env: environment,
    });

    expect(told.stdout.trim()).toBe('["v1"]');
  });

  const itOnDocker = skipUnless(
    tool("docker-registry"),
    "docker-registry is not installed (Debian: apt-get install docker-registry)",
  );
  itOnDocker("writes to a docker-registry that speaks TLS", async () => {
    const tls = certify({ name: "registry", issuer: authority, hosts: [host] });
    const server = await startDockerRegistry({ tls, address: host });
    const place = { registry: server.host, repository: "team/lab" };
    try {
      await aRegistryClient(trusted).checkPush(place, signal);
      await expect(aRegistryClient().checkPush(place, signal)).rejects.toMatchObject({ code: "REGISTRY_CERTIFICATE" });
      await expect(aRegistryClient({ insecure: [server.host] }).checkPush(place, signal)).rejects.toMatchObject({
        code: "REGISTRY_CERTIFICATE",
        message: `"${server.host}" wants TLS, and was spoken to without`,
      });
    } finally {
      await server.stop();
    }
  });

  it("goes through the proxy that is set, and tells it nothing of what is said", async () => {
    const registry = await serveTls(certify({ name: "registry", issuer: authority, hosts: [host] }));
    const seen: string[] = [];
    const proxy = await serveTunnel(seen);
    const place = { registry, repository: "team/lab" };
    const ways = { HTTPS_PROXY: `http://${proxy}` };

    expect(await aRegistryClient({ ...trusted, variables: ways }).tags(place, signal)).toEqual(["v1"]);
    expect(seen).toEqual([registry]);
    expect(await aRegistryClient({ ...trusted, variables: { ...ways, NO_PROXY: host } }).tags(place, signal)).toEqual([
      "v1",
    ]);
    expect(seen).toHaveLength(1);
  });

  function pushTo(registry: string): Promise<void> {
    const now = (): Date => new Date("2030-06-01T12:00:00Z");
    return aRegistryClient({ ...trusted, now }).checkPush({ registry, repository: "team/lab" }, signal);
  }

  function serveTls(tls: Certificate): Promise<string> {
    return serve((_, response) => void response.end('{"tags":["v1"]}'), { tls, address: host });
  }
});

it("finds the authorities of one registry where podman and docker keep them", async () => {
  const files: Readonly<Record<string, string>> = {
    "/home/me/.config/containers/certs.d/registry.example.org:5000/ca.crt": pem("own"),
    "/etc/containers/certs.d/registry.example.org:5000/a.crt": `${pem("one")}\n# and\n${pem("two")}`,
    "/etc/containers/certs.d/registry.example.org:5000/client.key": pem("no authority"),
    "/etc/docker/certs.d/registry.example.org:5000/broken.crt": "nothing",
    "/etc/docker/certs.d/registry.example.org/ca.crt": pem("of another port"),
  };
  const props = {
    variable: (name: string) => (name === "HOME" ? "/home/me" : undefined),
    list: async (path: string) =>
      Object.keys(files).flatMap((file) => (file.startsWith(`${path}/`) ? [file.slice(path.length + 1)] : [])),
    read: async (path: string) => files[path],
  };

  expect(await findAuthorities("registry.example.org:5000", props)).toEqual(["own", "one", "two"].map(pem));
});

it("finds none on a machine that has none", async () => {
  const disk = createStateFilesDisk();
  const { list, read } = { list: (path: string) => disk.list(path), read: (path: string) => disk.read(path) };

  expect(await findAuthorities("registry.example.org", { variable: () => scratch, list, read })).toEqual([]);
});

function certify(props: Omit<CertificateProps, "from" | "to"> & Partial<CertificateProps>): Certificate {
  return makeCertificate({ from: new Date("2020-01-01T00:00:00Z"), to: new Date("2099-01-01T00:00:00Z"), ...props });
}

function pem(text: string): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(text).toString("base64")}\n-----END CERTIFICATE-----`;
}
