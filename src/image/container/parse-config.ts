import type { ContainerSettings } from "../diff/image-contents.ts";
import { parseObject } from "./parse-manifest.ts";

export interface ContainerConfig {
  /** "linux/amd64" */
  readonly platform: string;
  readonly settings: Omit<ContainerSettings, "distribution">;
}

/** Reads the config of an image. @throws HubfleetError IMAGE_UNREADABLE */
export function parseConfig(text: string, name: string): ContainerConfig {
  const value = parseObject(text, name);
  const config = Object(value["config"]) as Record<string, unknown>;
  const platform = [value["os"], value["architecture"], value["variant"]].filter((part) => typeof part === "string");
  return {
    platform: platform.filter((part) => part !== "").join("/"),
    settings: {
      environment: Object.fromEntries(strings(config["Env"]).map(splitVariable)),
      labels: Object.fromEntries(
        Object.entries(Object(config["Labels"]) as object).map(([label, words]) => [label, String(words)]),
      ),
      user: string(config["User"]),
      workingDirectory: string(config["WorkingDir"]),
      entrypoint: strings(config["Entrypoint"]),
      command: strings(config["Cmd"]),
    },
  };
}

function splitVariable(text: string): readonly [string, string] {
  const end = text.indexOf("=");
  return end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}
