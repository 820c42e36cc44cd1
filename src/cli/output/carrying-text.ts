import type { Carrying } from "../../runtime/local/carried-settings.ts";

/** How much of what is written this machine carries out, and on request what not. */
export function renderCarrying(hubs: readonly (readonly [string, Carrying])[], details: boolean): string {
  const lines = hubs.flatMap(([name, { total, carried, approximated, listed }]) => [
    `hub/${name}: ${carried} of ${total} settings exercised here, ${approximated.length} approximated, ${listed.length} for Kubernetes only`,
    ...(details
      ? [
          ...approximated.map(({ setting, how }) => `    approximated  ${setting}: ${how}`),
          ...listed.map(({ setting, why }) => `    listed        ${setting}: ${why}`),
        ]
      : []),
  ]);
  return `${lines.join("\n")}\n`;
}
