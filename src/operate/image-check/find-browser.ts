import type { LocalWorld } from "../../ports/local-world.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const usual = ["/usr/local/bin", "/usr/bin", "/snap/bin"];

/** Absolute path of a browser that can draw without a screen, or undefined where this machine has none. */
export async function findBrowser({
  files,
  variable,
}: Pick<LocalWorld, "files" | "variable">): Promise<string | undefined> {
  const directories = [...new Set([...(variable("PATH") ?? "").split(":").filter((path) => path !== ""), ...usual])];
  for (const name of names) {
    for (const directory of directories) {
      if (await files.exists(`${directory}/${name}`)) return `${directory}/${name}`;
    }
  }
  return undefined;
}
