/** Where packages come from when nobody says otherwise. */
const usual = "https://pypi.org/simple";

export interface IndexAddressProps {
  /** A variable of the operator's shell. */
  readonly variable: (name: string) => string | undefined;
  /** The text of a file; undefined where there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** The fleet's directory, whose uv.toml counts before the operator's own. */
  readonly fleetDirectory?: string;
}

/** The address of the default index as uv sees it, then as pip does; "offline" where uv was told not to ask any. */
export async function findIndexAddress({ variable, read, fleetDirectory }: IndexAddressProps): Promise<string> {
  const given = (name: string): string | undefined => (variable(name) === "" ? undefined : variable(name));
  if (/^(?:1|true|yes|on|y|t)$/i.test(given("UV_OFFLINE") ?? "")) return "offline";
  const named = given("UV_DEFAULT_INDEX")?.replace(/^[\w-]+=(?=https?:)/, "") ?? given("UV_INDEX_URL");
  return named ?? (await configured(given, read, fleetDirectory)) ?? given("PIP_INDEX_URL") ?? usual;
}

async function configured(
  given: (name: string) => string | undefined,
  read: IndexAddressProps["read"],
  fleetDirectory: string | undefined,
): Promise<string | undefined> {
  const home = given("XDG_CONFIG_HOME") ?? `${given("HOME") ?? ""}/.config`;
  const ofFleet = fleetDirectory === undefined ? undefined : `${fleetDirectory}/uv.toml`;
  const paths = [given("UV_CONFIG_FILE"), ofFleet, `${home}/uv/uv.toml`, "/etc/uv/uv.toml"].filter(
    (path) => path !== undefined,
  );
  for (const path of paths) {
    const address = parseUvConfig((await read(path)) ?? "");
    if (address !== undefined) return address;
  }
  return undefined;
}

/** `index-url` at the top, or the `[[index]]` that is the default one. */
export function parseUvConfig(text: string): string | undefined {
  const bare = text.replaceAll(/^\s*#.*$/gm, "");
  const [top = "", ...tables] = bare.split(/^\s*(?=\[)/m);
  const value = (table: string, key: string): string | undefined =>
    new RegExp(`^\\s*${key}\\s*=\\s*["']([^"']+)["']`, "m").exec(table)?.[1];
  const isDefault = (table: string): boolean =>
    table.startsWith("[[index]]") && /^\s*default\s*=\s*true\b/m.test(table);
  const chosen = tables.find(isDefault);
  const ofPip = tables.find((table) => table.startsWith("[pip]"));
  return (chosen && value(chosen, "url")) ?? value(top, "index-url") ?? (ofPip && value(ofPip, "index-url"));
}
