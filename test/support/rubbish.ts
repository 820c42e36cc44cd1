import type { PretendedMachine } from "./a-local-world.ts";

const uuid = "11111111-2222-4333-8444-555555555555";
const fleet = `/state/fleets/${uuid}`;
const longAgo = "2026-01-01T00:00:00.000Z";
const unused = "0".repeat(31);

/** What nothing on the machine refers to, and what is left of each when a collection was killed over it. */
const rubbish: Readonly<Record<string, string>> = {
  [`/state/environments/${unused}1/bin/python`]: "whole",
  [`/state/environments/${unused}1/.complete`]: "",
  [`/state/environments/${unused}1.used`]: longAgo,
  [`/state/environments/${unused}2/bin/python`]: "half",
  [`/state/environments/${unused}2.used`]: longAgo,
  [`/state/environments/${unused}3.building`]: "{}",
  "/state/runtime/0123456789abcdef/hubfleet_local/__init__.py": "older",
  "/state/runtime/0123456789abcdef.used": longAgo,
  [`${fleet}/locks/${"f".repeat(64)}.txt`]: "older",
  [`${fleet}/hubs/alpha/run/servers/gone.log`]: "bye",
};

/** An environment that only a running server needs, of a fleet that is not on the disk here. */
const needed = `/state/environments/${unused}9`;

export async function addRubbish({ files, processes }: PretendedMachine): Promise<void> {
  for (const [path, text] of Object.entries(rubbish)) await files.ensureFile(path, text, 0o644);
  await files.ensureFile(`${needed}/bin/python`, "still", 0o755);
  await files.ensureFile(`${needed}/.complete`, "", 0o644);
  await files.ensureFile(`${needed}.used`, longAgo, 0o644);
  processes.add({
    marker: "99999999-2222-4333-8444-555555555555/x/server/mary",
    command: `${needed}/bin/python -m jupyterhub`,
    uid: 100_009,
  });
}

/** What a collection that is over left or took; the machine's other things have an oracle of their own. */
export async function complaintsAboutRubbish({ files }: PretendedMachine): Promise<readonly string[]> {
  const left = Object.keys(files.contents("/state")).filter(
    (path) => rubbish[path] !== undefined || path.endsWith(".removed"),
  );
  const isThere = (await files.exists(`${needed}/.complete`)) && (await files.exists(`${needed}/bin/python`));
  return [
    ...left.map((path) => `${path} is left`),
    ...(isThere ? [] : ["the environment of a running server is gone"]),
  ];
}
