import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";

import { expect } from "vitest";

import type { Finding } from "../../src/operate/why/finding.ts";
import type { Sandbox } from "./process-sandbox.ts";

export interface Answer {
  readonly exitCode: number;
  readonly verdict: string;
  readonly first: Finding | undefined;
  readonly causes: readonly string[];
}

/** Hub "staging" of a sandbox, and the ways to trouble it. */
export interface TroubledHub {
  /** A path below the hub's directory. */
  at(...parts: readonly string[]): string;
  pidOf(component: string): number;
  /** The directory of an image's environment, as the hub runs it. */
  environmentOf(image: string): string;
  /** Ends a component as a crash does; it is gone when this returns. */
  kill(component: string): Promise<void>;
  why(): Promise<Answer>;
  /** The cause is gone: `apply` brings the hub back, and nothing is wrong any more. */
  mend(): Promise<void>;
  /** The hub is started with the fault, and fails. */
  startInVain(): Promise<void>;
  /** Writes a certificate with its key, valid from and to so many days from now. */
  makeCertificate(certificate: string, key: string, from: number, to: number): void;
}

export function troubledHub(sandbox: Sandbox): TroubledHub {
  const at = (...parts: readonly string[]): string => join(sandbox.hubDirectory("staging"), ...parts);
  const pidOf = (component: string): number =>
    (JSON.parse(readFileSync(at("run", `${component}.json`), "utf8")) as { pid: number }).pid;
  const environmentOf = (image: string): string => {
    const applied = JSON.parse(readFileSync(at("run/applied.json"), "utf8")) as {
      images: Record<string, { environment: string }>;
    };
    return applied.images[image]?.environment ?? "";
  };
  const kill = async (component: string): Promise<void> => {
    const pid = pidOf(component);
    process.kill(pid, "SIGKILL");
    while (existsSync(`/proc/${pid}`)) await wait(20);
  };
  const why = async (): Promise<Answer> => {
    const { exitCode, stdout } = await sandbox.hubfleet(["why", "hub/staging", "-o", "json"]);
    const { verdict, findings } = JSON.parse(stdout) as { verdict: string; findings: Finding[] };
    return { exitCode, verdict, first: findings[0], causes: findings.map(({ cause }) => cause) };
  };
  /** The fault is there: the hub is asked why, and mended. */
  const mend = async (): Promise<void> => {
    await sandbox.succeed(["apply", "hub/staging"]);
    expect(await why()).toMatchObject({ exitCode: 0, verdict: "nothing wrong" });
  };
  const startInVain = async (): Promise<void> => {
    await kill("hub");
    await sandbox.hubfleet(["apply", "hub/staging"]);
  };

  return {
    at,
    pidOf,
    environmentOf,
    kill,
    why,
    mend,
    startInVain,
    makeCertificate: (certificate, key, from, to) => {
      const words = ["-c", certificateMaker, certificate, key, `${from}`, `${to}`];
      execFileSync(join(environmentOf("hub"), "bin/python"), words);
    },
  };
}

export function setSchema(path: string, version: string): void {
  const database = new DatabaseSync(path);
  database.prepare("update alembic_version set version_num = ?").run(version);
  database.close();
}

export function pythonOf(environment: string): string {
  return /^version_info = (\d+\.\d+)/m.exec(readFileSync(join(environment, "pyvenv.cfg"), "utf8"))?.[1] ?? "";
}

export async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve());
  });
  return server;
}

const certificateMaker = `
import sys, datetime
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
path, key_path, start, end = sys.argv[1:]
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
now = datetime.datetime.now(datetime.timezone.utc)
made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    .not_valid_before(now + datetime.timedelta(days=int(start))).not_valid_after(now + datetime.timedelta(days=int(end)))
    .sign(key, hashes.SHA256()))
open(path, "wb").write(made.public_bytes(serialization.Encoding.PEM))
open(key_path, "wb").write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
`;
