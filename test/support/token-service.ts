import { createSign, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Certificate } from "./certificates.ts";

export interface TokenService {
  readonly address: string;
  readonly issuer: string;
  /** The scopes that were asked for, in their order. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/**
 * Gives out tokens for docker-registry, as https://distribution.github.io/distribution/spec/auth/jwt/ has them: "writer"
 * may do everything, "reader" reads; the password of both is "secret". Nobody else gets one.
 */
export async function startTokenService(signer: Certificate): Promise<TokenService> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://here");
    const basic = Buffer.from(request.headers.authorization?.slice("Basic ".length) ?? "", "base64").toString();
    const [user = "", password] = basic.split(":");
    const scopes = url.searchParams.getAll("scope");
    asked.push(...scopes);
    if (password !== "secret") return void response.writeHead(401).end();
    const access = scopes.map((scope) => grant(scope, user));
    const token = sign(signer, { service: url.searchParams.get("service") ?? "", user, access });
    return void response.end(JSON.stringify({ token }));
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    issuer,
    asked,
    stop: () =>
      new Promise((done) => {
        server.close(() => done()).closeAllConnections();
      }),
  };
}

const issuer = "the tests";

function grant(scope: string, user: string): object {
  const [type, name, actions = ""] = scope.split(":");
  return { type, name, actions: user === "writer" ? actions.split(",") : ["pull"] };
}

interface Claims {
  readonly service: string;
  readonly user: string;
  readonly access: readonly object[];
}

function sign({ certificate, privateKey }: Certificate, { service, user, access }: Claims): string {
  const der = certificate.replaceAll(/-----[^-]+-----|\s/g, "");
  const seconds = Math.floor(Date.now() / 1000);
  const times = { iat: seconds, nbf: seconds - 10, exp: seconds + 300 };
  const claims = { iss: issuer, sub: user, aud: service, ...times, jti: randomUUID(), access };
  const text = [{ typ: "JWT", alg: "ES256", x5c: [der] }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = createSign("sha256").update(text).sign({ key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}
