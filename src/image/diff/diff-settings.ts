import type { ContainerSettings } from "./image-contents.ts";
import type { SettingChange } from "./image-difference.ts";
import { withoutLogin } from "./without-login.ts";

/** What differs of how two containers are set up. Values that look secret are not told, only that they differ. */
export function diffSettings(before: ContainerSettings, after: ContainerSettings): readonly SettingChange[] {
  const [left, right] = [flatten(before), flatten(after)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((setting) => {
    const [from, to] = [left.get(setting), right.get(setting)];
    return from === to ? [] : [{ setting, from: safeValue(setting, from), to: safeValue(setting, to) }];
  });
}

function flatten(settings: ContainerSettings): ReadonlyMap<string, string> {
  const { environment, labels, user, workingDirectory, entrypoint, command, distribution } = settings;
  const single: readonly (readonly [string, string])[] = [
    ["CMD", words(command)],
    ["DISTRIBUTION", distribution ?? ""],
    ["ENTRYPOINT", words(entrypoint)],
    ["USER", user],
    ["WORKDIR", workingDirectory],
  ];
  return new Map([
    ...single.filter(([, value]) => value !== ""),
    ...Object.entries(environment).map(([name, value]) => [`ENV ${name}`, value] as const),
    ...Object.entries(labels)
      .filter(([name]) => !isOfEachBuild(name))
      .map(([name, value]) => [`LABEL ${name}`, value] as const),
  ]);
}

/** Labels that say when an image was built: they differ with every build and say nothing about it. */
function isOfEachBuild(label: string): boolean {
  return /(?:^|\.)(?:created|build-date|build_date)$/.test(label);
}

/** People put tokens into images; they must not travel into a pull request. */
function safeValue(setting: string, value: string | undefined): string | undefined {
  if (value === undefined || value === "") return value;
  const isSecret = /token|secret|passw|credential|api_?key|private_?key/i.test(setting);
  return isSecret ? "(not shown)" : withoutLogin(value);
}

function words(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}
