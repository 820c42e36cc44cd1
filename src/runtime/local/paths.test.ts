import { expect, it } from "vitest";

import { fleetPaths, hubPaths, machinePaths } from "./paths.ts";
import { hubPorts } from "./ports.ts";

it("keeps everything of a hub below its fleet, and nothing of `data` in `run`", () => {
  const { data, homes, shared, secrets, run, settings, current, applied, look } = hubPaths("/state", "uuid", "alpha");
  const { hubs } = fleetPaths("/state", "uuid");

  expect([data, run]).toEqual([`${hubs}/alpha/data`, `${hubs}/alpha/run`]);
  expect([homes, shared, secrets].every((path) => path.startsWith(`${data}/`))).toBe(true);
  expect([settings, current, applied, look].every((path) => path.startsWith(`${run}/`))).toBe(true);
});

it("gives two fleets nothing in common but the machine's own things", () => {
  const { root, ...shared } = machinePaths("/state");
  const [one, other] = [fleetPaths(root, "one"), fleetPaths(root, "other")];

  expect(Object.values(one).filter((path) => Object.values(other).includes(path))).toEqual([]);
  expect(Object.values(shared).filter((path) => path.startsWith(`${root}/fleets/`))).toEqual([]);
});

it("uses five different ports of a hub's block of ten", () => {
  const ports = Object.values(hubPorts(18_000));

  expect(new Set(ports).size).toBe(5);
  expect(ports.every((port) => port >= 18_000 && port < 18_010)).toBe(true);
});
