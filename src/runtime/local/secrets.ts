import type { Random } from "../../ports/random.ts";

/** A hub's own secrets: made once, kept in `data`, never printed (the demo login on a terminal is the one exception). */
export interface HubSecrets {
  readonly proxyToken: string;
  readonly cookieSecret: string;
  readonly cryptKey: string;
  readonly gatewayToken: string;
  readonly gatewayEncryptKey: string;
  readonly cullerToken: string;
  readonly operatorToken: string;
  readonly sharedPassword: string;
  readonly adminPassword: string;
  readonly githubClientSecret?: string;
}

/** Keeps what is there and makes what is missing. Lengths are in bytes: JupyterHub wants 32 for cookies and for keys. */
export function completeSecrets(present: Partial<HubSecrets>, random: Random): HubSecrets {
  return {
    ...present,
    proxyToken: present.proxyToken ?? random.hex(32),
    cookieSecret: present.cookieSecret ?? random.hex(32),
    cryptKey: present.cryptKey ?? random.hex(32),
    gatewayToken: present.gatewayToken ?? random.hex(32),
    gatewayEncryptKey: present.gatewayEncryptKey ?? random.hex(32),
    cullerToken: present.cullerToken ?? random.hex(32),
    operatorToken: present.operatorToken ?? random.hex(32),
    // Typed by people: short enough to type, 48 bits; the admins' one must have 32 characters for JupyterHub.
    sharedPassword: present.sharedPassword ?? random.hex(6),
    adminPassword: present.adminPassword ?? random.hex(16),
  };
}
