import { homedir } from "node:os";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";

import { createClusterLogins } from "../../../src/adapters/kubernetes/cluster-login.ts";
import { createClusterRequests } from "../../../src/adapters/kubernetes/cluster-request.ts";
import { findContext } from "../../../src/adapters/kubernetes/kubeconfig.ts";
import { createRun } from "../../../src/adapters/run.ts";
import { targetHere } from "./cluster-here.ts";

const never = new AbortController().signal;

export interface ThingHere {
  /** "Secret some-namespace/some-name". */
  readonly name: string;
  /** Everything that the cluster shows of it, also decoded and unpacked. */
  readonly text: string;
}

interface ApiList {
  readonly items?: readonly { readonly metadata: { readonly name: string; readonly namespace?: string } }[];
}

interface ApiResources {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly verbs: readonly string[] }[];
}

/** Every object of every kind that the cluster of KUBECONFIG shows, in all namespaces. */
export async function everythingHere(): Promise<readonly ThingHere[]> {
  const path = process.env["KUBECONFIG"] ?? "";
  const context = findContext([{ path, content: await readFile(path, "utf8") }], targetHere(path).context);
  const kept = context.certificateAuthority;
  const authority = kept === undefined ? undefined : "text" in kept ? kept.text : await readFile(kept.file, "utf8");
  const world = {
    ...{ environment: process.env, homeDirectory: homedir(), run: createRun(), now: () => new Date() },
    readFile: (file: string) => readFile(file, "utf8"),
    pause: (milliseconds: number, signal: AbortSignal) => pause(milliseconds, undefined, { signal }),
  };
  const requests = createClusterRequests({
    ...{ name: "here", server: context.server, serverName: context.serverName, authority, answerMilliseconds: 30_000 },
    ...{ logins: createClusterLogins(context, authority, world), pause: world.pause },
  });
  const get = async <Answer>(below: string): Promise<Answer> => {
    const { text } = await requests.ask({ path: below, asked: { verb: "list", what: below } }, never);
    return JSON.parse(text) as Answer; // of the API server
  };
  const { groups } = await get<{ groups: readonly { versions: readonly { groupVersion: string }[] }[] }>("/apis");
  const places = ["/api/v1", ...groups.flatMap(({ versions }) => versions.map((one) => `/apis/${one.groupVersion}`))];
  const things = await Promise.all(
    places.map(async (place) => {
      const { resources } = await get<ApiResources>(place);
      const listed = resources.filter(({ name, verbs }) => verbs.includes("list") && !name.includes("/"));
      const lists = await Promise.all(
        listed.map(async ({ name, kind }) => {
          const { items = [] } = await get<ApiList>(`${place}/${name}`);
          return items.map((item) => toThing(kind, item));
        }),
      );
      return lists.flat();
    }),
  );
  return things.flat();
}

function toThing(kind: string, item: NonNullable<ApiList["items"]>[number]): ThingHere {
  const { name, namespace } = item.metadata;
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  return { name: `${kind} ${place}`, text: [...unfold(item)].join("\n") };
}

/** All texts in a value, and what they are when they are taken as base64 or as packed, again and again. */
function* unfold(value: unknown, depth = 0): Generator<string> {
  if (typeof value === "string") {
    yield value;
    const bytes = /^[\w+/=\s-]{8,}$/.test(value) ? Buffer.from(value, "base64") : undefined;
    if (bytes === undefined || depth > 4) return;
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    yield* unfold((isPacked ? gunzipSync(bytes) : bytes).toString(), depth + 1);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield key;
      yield* unfold(inner, depth);
    }
  }
}
