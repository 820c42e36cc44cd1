import { createExchange } from "../../src/adapters/registry/exchange.ts";
import { createRegistryHttp, type RegistryHttpProps } from "../../src/adapters/registry/registry-http.ts";
import type { Login } from "../../src/adapters/registry/registry-login.ts";
import type { WritableRegistry } from "../../src/ports/registry.ts";

export interface RegistryClientProps extends Partial<Omit<RegistryHttpProps, "findLogin" | "exchange" | "clock">> {
  readonly login?: Login;
  /** Certificates of authorities that are trusted beside everybody's. */
  readonly authorities?: readonly string[];
  /** Variables of the shell, such as HTTPS_PROXY. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Gets the milliseconds of every pause, which is none. */
  readonly slept?: number[];
  readonly now?: () => Date;
  /** What happens before every request. */
  readonly beforeRequest?: () => Promise<void>;
  /** What happens in every pause. */
  readonly meanwhile?: () => Promise<void>;
}

/** The real client of registries, with a login of its own and a clock that does not wait. */
export function aRegistryClient({
  login = { kind: "nobody" },
  authorities = [],
  variables = {},
  slept = [],
  now = () => new Date(),
  beforeRequest = async () => undefined,
  meanwhile = async () => undefined,
  ...limits
}: RegistryClientProps = {}): WritableRegistry {
  const exchange = createExchange({ authorities: async () => authorities, variable: (name) => variables[name] });
  return createRegistryHttp({
    exchange: async (...given) => {
      await beforeRequest();
      return await exchange(...given);
    },
    findLogin: async () => login,
    clock: {
      now,
      every: () => () => {},
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
        await meanwhile();
      },
    },
    ...limits,
  });
}
