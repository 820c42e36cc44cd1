import { dirname, extname } from "node:path";

import type { Hub } from "../../fleet/fleet.ts";
import type { LocalWorld } from "../../ports/local-world.ts";
import type { GivenFiles } from "../../runtime/kubernetes/hub-files.ts";

export type FilesWorld = Pick<LocalWorld, "files" | "pythonSource">;

/** Of the local runtime's Python, what a hub on Kubernetes runs as well. */
const sharedModules = [
  "__init__.py",
  "access_list.py",
  "access_sync.py",
  "authenticators.py",
  "checks.py",
  "connection_errors.py",
  "documents.py",
  "github.py",
  "names.py",
  "notice.py",
  "operator_api.py",
  "pages.py",
  "profiles.py",
  "sign_up.py",
  "spawn_notes.py",
  "temporary_users.py",
  "use_log.py",
  "templates/page.html",
];

/**
 * Reads what a hub's pod is given: hubfleet's Python, and the fleet's logo and templates.
 * @param placeOf Where a file or directory of the fleet is read instead of the working tree; undefined: there.
 */
export async function readGivenFiles(
  hub: Hub,
  directory: string,
  { files, pythonSource }: FilesWorld,
  placeOf: (path: string) => string | undefined = () => undefined,
): Promise<GivenFiles> {
  const python = dirname(pythonSource);
  const own = (await files.list(`${python}/hubfleet_kubernetes`)).filter((name) => name.endsWith(".py"));
  const paths = [
    ...sharedModules.map((name) => `hubfleet_local/${name}`),
    ...own.map((name) => `hubfleet_kubernetes/${name}`),
  ];
  const code: Record<string, string> = {};
  for (const path of paths) code[path] = (await files.read(`${python}/${path}`)) ?? "";

  const look: Record<string, Uint8Array> = {};
  const { logo, templates } = hub.appearance;
  const sourceOf = (path: string): string => placeOf(path) ?? `${directory}/${path.replace(/\/+$/, "")}`;
  if (logo !== undefined) look[`logo${extname(logo)}`] = (await files.readBytes(sourceOf(logo))) ?? new Uint8Array();
  if (templates !== undefined) {
    for (const path of await below(sourceOf(templates), files)) {
      look[`templates/${path.relative}`] = (await files.readBytes(path.absolute)) ?? new Uint8Array();
    }
  }
  return { code, look };
}

/** Every file below a directory, by its path in it. */
async function below(
  directory: string,
  files: FilesWorld["files"],
  prefix = "",
): Promise<{ readonly relative: string; readonly absolute: string }[]> {
  const found: { relative: string; absolute: string }[] = [];
  for (const name of await files.list(directory)) {
    const [absolute, relative] = [`${directory}/${name}`, `${prefix}${name}`];
    if ((await files.list(absolute)).length > 0) found.push(...(await below(absolute, files, `${relative}/`)));
    else if ((await files.readBytes(absolute).catch(() => undefined)) !== undefined) found.push({ relative, absolute });
  }
  return found;
}
