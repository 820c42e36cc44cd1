import table from "./hub-traits.json" with { type: "json" };

/** Classes that are ours; what they are made of says what they listen to. */
const own: Readonly<Record<string, readonly string[]>> = {
  FleetHub: ["JupyterHub"],
  FleetSpawner: ["KubeSpawner", "LocalProcessSpawner"],
  SharedPassword: ["SharedPasswordAuthenticator"],
  SignUp: ["NativeAuthenticator"],
  GitHub: ["GitHubOAuthenticator"],
};

const classes: Readonly<Record<string, string>> = table.hub;

/**
 * Every class that `hubConfig` may name, with what can be set below its name: its own settings and, for a general class,
 * those of every special one. Made by script/generate-hub-traits from the classes themselves.
 */
export const hubClasses: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...Object.entries(classes).map(([name, traits]): [string, Set<string>] => [name, new Set(traits.split(" "))]),
  ...Object.entries(own).map(([name, bases]): [string, Set<string>] => [
    name,
    new Set(bases.flatMap((base) => classes[base]?.split(" ") ?? [])),
  ]),
]);

/** What the table of a class was made from, in words: "kubespawner 7.1.0". */
export function hubTraitVersions(section: string): string {
  const { jupyterhub, oauthenticator, ...others } = table.versions;
  if (section === "KubeSpawner") return `kubespawner ${others["jupyterhub-kubespawner"]}`;
  if (section.endsWith("OAuthenticator")) return `oauthenticator ${oauthenticator}`;
  return `JupyterHub ${jupyterhub}`;
}
