import { Agent, request as requestHttps } from "node:https";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { HubfleetError } from "../../errors/hubfleet-error.ts";
import type { ClusterLogin, ClusterLogins } from "./cluster-login.ts";
import { certificateRefused, judgeStatus, loginRefused, unreachable, type Asked } from "./cluster-failures.ts";

export interface ClusterRequestProps {
  readonly name: string;
  readonly server: string;
  readonly serverName: string | undefined;
  /** Certificate of the authority; undefined: those of this machine. */
  readonly authority: string | undefined;
  readonly logins: ClusterLogins;
  /** For one answer as a whole; nothing is waited for longer. */
  readonly answerMilliseconds: number;
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface ClusterRequest {
  /** @default "GET" */
  readonly method?: string;
  /** Below the server's address, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** @default "application/json" */
  readonly contentType?: string;
  readonly accept?: string;
  /** What it is about, for messages. */
  readonly asked: Asked;
  /** Statuses that are answers beside success. */
  readonly answers?: readonly number[];
}

export interface ClusterAnswer {
  readonly status: number;
  readonly text: string;
}

export interface ClusterRequests {
  /** An answer that is fine, or an error in words; asks again while the server is busy or the line breaks. */
  ask(request: ClusterRequest, signal: AbortSignal): Promise<ClusterAnswer>;
  /** Switches to a websocket, as exec wants it; the bytes that came with the answer are put back into the stream. */
  open(request: ClusterRequest, protocol: string, signal: AbortSignal): Promise<Duplex>;
}

const mostTries = 3;
const busy: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

export function createClusterRequests(props: ClusterRequestProps): ClusterRequests {
  // One line is used for many questions; a plan asks a cluster some dozens of them.
  const agents = new Map<string, Agent>();
  const createAgent = (login: ClusterLogin, keepAlive: boolean): Agent =>
    new Agent({
      keepAlive,
      maxSockets: 8,
      ...(props.authority === undefined ? {} : { ca: props.authority }),
      ...(props.serverName === undefined ? {} : { servername: props.serverName }),
      ...(login.certificate === undefined ? {} : { cert: login.certificate, key: login.key }),
    });
  const sharedAgent = (login: ClusterLogin): Agent => {
    const key = login.certificate ?? "";
    const agent = agents.get(key) ?? createAgent(login, true);
    agents.set(key, agent);
    return agent;
  };
  const start = async (
    request: ClusterRequest,
    { headers, isApart = false }: { readonly headers: Readonly<Record<string, string>>; readonly isApart?: boolean },
    signal: AbortSignal,
  ): Promise<ReturnType<typeof requestHttps>> => {
    const login = await props.logins.current(signal);
    return requestHttps(`${props.server.replace(/\/+$/, "")}${request.path}`, {
      method: request.method ?? "GET",
      agent: isApart ? createAgent(login, false) : sharedAgent(login),
      signal,
      headers: {
        accept: request.accept ?? "application/json",
        "user-agent": "hubfleet",
        ...login.headers,
        ...headers,
      },
    });
  };

  const askOnce = async (request: ClusterRequest, signal: AbortSignal): Promise<ClusterAnswer> => {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers =
      body === undefined
        ? {}
        : { "content-type": request.contentType ?? "application/json", "content-length": `${Buffer.byteLength(body)}` };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(props.answerMilliseconds)]);
    const outgoing = await start(request, { headers }, limit);
    return new Promise((resolve, reject) => {
      outgoing.once("error", reject);
      outgoing.once("response", (incoming) => void readWhole(incoming).then(resolve, reject));
      outgoing.end(body);
    });
  };

  let hasAnswered = false;
  return {
    async ask(request, signal) {
      let mayLogInAgain = true;
      for (let attempt = 1; ; attempt += 1) {
        const answer = await askOnce(request, signal).catch((error: unknown) => toError(error));
        signal.throwIfAborted();
        hasAnswered ||= !(answer instanceof Error);
        if (answer instanceof HubfleetError) throw answer; // the login's own
        if (answer instanceof Error) {
          const refused = certificateRefused(answer, props);
          if (refused !== undefined) throw refused;
          // Who took its whole time and was never heard of is not there; asking again would take as long each time.
          const isSilent = answer.name === "AbortError" && !hasAnswered;
          if (attempt === mostTries || isSilent) throw unreachable(props, answer);
        } else if (answer.status === 401) {
          const canAgain = mayLogInAgain && props.logins.forget();
          if (!canAgain) throw loginRefused(props);
          mayLogInAgain = false;
        } else if (!busy.has(answer.status) || request.answers?.includes(answer.status) === true) {
          if (answer.status >= 400 && request.answers?.includes(answer.status) !== true) {
            throw judgeStatus(answer, request.asked, props.name);
          }
          return answer;
        } else if (attempt === mostTries) {
          throw unreachable(props, answer);
        }
        await props.pause(200 * 3 ** (attempt - 1), signal);
      }
    },
    async open(request, protocol, signal) {
      const headers = {
        accept: "*/*",
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64"),
        "sec-websocket-protocol": protocol,
      };
      // A line of its own: one that others use may just be closed by the server.
      const outgoing = await start(request, { headers, isApart: true }, signal);
      return new Promise((resolve, reject) => {
        outgoing.once("error", (error) =>
          reject(signal.aborted ? (signal.reason as Error) : unreachable(props, error)),
        );
        outgoing.once("upgrade", (_incoming, socket, head) => {
          socket.unshift(head);
          resolve(socket);
        });
        const refuse = async (incoming: IncomingMessage): Promise<Error> => {
          const answer = await readWhole(incoming);
          return answer.status === 401 ? loginRefused(props) : judgeStatus(answer, request.asked, props.name);
        };
        outgoing.once("response", (incoming) => void refuse(incoming).then(reject, reject));
        outgoing.end();
      });
    },
  };
}

async function readWhole(incoming: IncomingMessage): Promise<ClusterAnswer> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer); // no encoding was set
  return { status: incoming.statusCode ?? 0, text: Buffer.concat(pieces).toString() };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
