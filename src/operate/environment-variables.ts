import type { StateFiles } from "../ports/state-files.ts";

/**
 * What says to a program in which environment it runs: the variables that servers get in it (`hubfleet_local.launching`),
 * those of an activated conda environment included. PATH is the caller's.
 */
export async function environmentVariables(
  environment: string,
  files: Pick<StateFiles, "read">,
): Promise<Readonly<Record<string, string>>> {
  const text = await files.read(`${environment}/etc/hubfleet/activation.json`);
  if (text === undefined) return { VIRTUAL_ENV: environment };
  const { variables } = JSON.parse(text) as { readonly variables: Readonly<Record<string, string>> }; // by activation.py
  return { ...variables, CONDA_PREFIX: environment, CONDA_DEFAULT_ENV: environment, CONDA_SHLVL: "1" };
}
