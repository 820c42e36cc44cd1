import { spawnSync } from "node:child_process";

import type { Python } from "../../../src/ports/environments.ts";

/** A package of a channel that a test makes; what is left out is as small as it can be. */
export interface ChannelPackage {
  readonly name: string;
  readonly version: string;
  readonly build?: string;
  /** @default "linux-64", or "noarch" */
  readonly subdir?: string;
  readonly noarch?: "python" | "generic";
  readonly depends?: readonly string[];
  readonly entryPoints?: readonly string[];
  readonly format?: "conda" | "tar.bz2";
  /** What the channel's index says of the file. @default "sha256" */
  readonly digest?: "sha256" | "md5";
  /** Path → text. PREFIX in a file of `prefixed` becomes the environment's path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly prefixed?: Readonly<Record<string, "text" | "binary">>;
  /** The Python that makes the channel, whole or with what installers need. */
  readonly interpreter?: "whole" | "small";
}

/** Writes packages into a directory that is, or becomes, a conda channel; answers its address. */
export function composeChannel(directory: string, python: Python, packages: readonly ChannelPackage[]): string {
  const script = new URL("compose_channel.py", import.meta.url).pathname;
  const { status, stderr } = spawnSync(python.executable, ["-B", script], {
    input: JSON.stringify({ directory, node: process.execPath, packages }),
    encoding: "utf8",
    maxBuffer: 100_000_000,
  });
  if (status !== 0) throw new Error(`the channel could not be made: ${stderr}`);
  return `file://${directory}`;
}

/** The interpreter as a package, also of the platform that this machine is not, where it is empty. */
export function pythonPackages(python: Python, interpreter: "whole" | "small"): readonly ChannelPackage[] {
  const { version } = python;
  const own = python.platform === "linux-aarch64" ? "linux-aarch64" : "linux-64";
  const other = own === "linux-64" ? "linux-aarch64" : "linux-64";
  return [
    { name: "python", version, build: "h_0", subdir: own, interpreter },
    { name: "python", version, build: "h_0", subdir: other },
  ];
}
