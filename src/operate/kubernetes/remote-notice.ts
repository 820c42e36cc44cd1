import type { KubernetesObject } from "../../ports/kubernetes.ts";
import type { Report } from "../../ports/local-world.ts";
import { composeNotice, type NoticeBy, noticeAuthor } from "../notice.ts";
import { secretValue } from "./observe-remote.ts";
import type { RemoteHub } from "./remote-hubs.ts";

/** Its fields are apart from those of `apply`, which neither sees nor removes them. */
const manager = "hubfleet-notice";

/** What was announced is taken back after an interruption, too. */
const untilDone = new AbortController().signal;

export interface RemoteNoticeText {
  readonly message: string;
  readonly until: Date;
  readonly report: Report;
}

/** Puts a notice on the hub's pages: a value of its live Secret with an end, so that it goes whatever happens. */
export async function announceRemote(
  remote: RemoteHub,
  by: NoticeBy,
  { message, until, report }: RemoteNoticeText,
): Promise<void> {
  const { text, document } = composeNotice(by, { message, until });
  await putNotice(remote, { "notice.json": Buffer.from(document).toString("base64") });
  await wakeKubelet(remote, until.toISOString());
  report({ target: `hub/${remote.hub.name}`, text: `announced on its pages: ${text}`, state: "note" });
}

/** Takes the notice back, if it is one of these; somebody else's stays. */
export async function withdrawRemote(remote: RemoteHub, by: NoticeBy): Promise<void> {
  const { current: name, namespace } = remote.names;
  const connection = await remote.connect();
  const secret = await connection.get({ apiVersion: "v1", kind: "Secret", name, namespace }, untilDone);
  const text = secretValue(secret, "notice.json");
  if (text !== undefined && noticeAuthor(text) === by) await putNotice(remote, {});
}

async function putNotice(remote: RemoteHub, data: Readonly<Record<string, string>>): Promise<void> {
  const { current: name, namespace } = remote.names;
  const secret: KubernetesObject = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, data };
  await (await remote.connect()).apply(secret, { takesOver: true, manager }, untilDone);
}

/** A pod sees a changed Secret when its kubelet looks: after a minute, or when the pod itself is changed. */
async function wakeKubelet(remote: RemoteHub, value: string): Promise<void> {
  const { namespace } = remote.names;
  const connection = await remote.connect();
  const query = { apiVersion: "v1", kind: "Pod", namespace, labels: { component: "hub" } };
  for (const { name } of await connection.listMetadata(query, untilDone)) {
    const metadata = { name, namespace, annotations: { "hubfleet.io/notice": value } };
    await connection.apply({ apiVersion: "v1", kind: "Pod", metadata }, { takesOver: true, manager }, untilDone);
  }
}
