import { setTimeout as wait } from "node:timers/promises";

import type { OAuthServer } from "./oauth-server.ts";
import { createVisitor, type Page, type Visitor } from "./visitor.ts";

/** A person's session with a hub, over HTTP as a browser or a script of theirs would have it. */
export interface HubSession {
  readonly user: string;
  readonly token: string;
  /** Starts the user's server and waits until it answers. */
  startServer(profile?: string): Promise<void>;
  stopServer(): Promise<void>;
  /** Runs code in a new kernel of the user's server and answers what it printed; rejects when it raises. */
  run(code: string, timeoutMilliseconds?: number): Promise<string>;
  /** Status of the user's server as it answers itself. */
  serverStatus(): Promise<number>;
  /** A request to the hub with the user's token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A page of the hub as the user's browser sees it, redirects followed. */
  page(path: string): Promise<Page>;
}

/** Logs in through the form of the login page. Rejects when the hub refuses. */
export async function logIn(
  hubUrl: string,
  user: string,
  password: string,
  visitor: Visitor = createVisitor(),
): Promise<HubSession> {
  await visitor.open(`${hubUrl}hub/login`);
  const answer = await visitor.submit(`${hubUrl}hub/login`, { username: user, password });
  if (answer.status !== 302) throw new Error(`the hub refuses "${user}": ${answer.status}`);
  return openSession(hubUrl, user, visitor);
}

/** Makes an account through the sign-up page, and answers what the page then says. */
export async function signUp(hubUrl: string, user: string, password: string): Promise<string> {
  const visitor = createVisitor();
  await visitor.open(`${hubUrl}hub/signup`);
  const { text } = await visitor.submit(`${hubUrl}hub/signup`, {
    username: user,
    signup_password: password,
    signup_password_confirmation: password,
  });
  const [, words = text] = /class="alert[^>]*>([\s\S]*?)<\/div>/.exec(text) ?? [];
  return words.replaceAll(/\s+/g, " ").trim();
}

/** Logs in as somebody who is signed in to GitHub. Rejects when the hub refuses. */
export async function logInWithGitHub(hubUrl: string, login: string, github: OAuthServer): Promise<HubSession> {
  const visitor = createVisitor();
  await visitor.open(github.signInAddress(login));
  const page = await visitor.open(
    `${hubUrl}hub/oauth_login?next=${encodeURIComponent(new URL(hubUrl).pathname)}hub/home`,
  );
  if (page.status !== 200) throw new Error(`the hub refuses "${login}": ${page.status}`);
  return openSession(hubUrl, login.toLowerCase(), visitor);
}

/** Makes a token for somebody whose browser is logged in. */
async function openSession(hubUrl: string, user: string, visitor: Visitor): Promise<HubSession> {
  const made = await visitor.request("POST", `${hubUrl}hub/api/users/${encodeURIComponent(user)}/tokens`, {
    headers: { "x-xsrftoken": visitor.cookie(`${hubUrl}hub/api`, "_xsrf") ?? "", referer: `${hubUrl}hub/token` },
    body: JSON.stringify({ note: "test" }),
  });
  if (made.status >= 300) throw new Error(`no token for "${user}": ${made.status} ${made.text}`);
  const { token } = JSON.parse(made.text) as { token: string };
  return createSession(hubUrl, { user, token, visitor });
}

function createSession(
  hubUrl: string,
  { user, token, visitor }: { readonly user: string; readonly token: string; readonly visitor: Visitor },
): HubSession {
  const headers = { authorization: `token ${token}` };
  const name = encodeURIComponent(user);
  const authorized = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${hubUrl}${path}`, {
      redirect: "manual",
      ...init,
      headers: new Headers([...new Headers(headers), ...new Headers(init.headers)]),
    });
  const serverStatus = async (): Promise<number> => (await authorized(`user/${name}/api/status`)).status;

  return {
    user,
    token,
    fetch: authorized,
    page: (path) => visitor.open(`${hubUrl}${path}`),
    serverStatus,
    async startServer(profile) {
      const body = JSON.stringify(profile === undefined ? {} : { profile });
      const answer = await authorized(`hub/api/users/${name}/server`, { method: "POST", body });
      if (answer.status >= 300)
        throw new Error(`server of "${user}" not started: ${answer.status} ${await answer.text()}`);
      await until(async () => (await serverStatus()) === 200, 60_000, `server of "${user}"`);
    },
    async stopServer() {
      await authorized(`hub/api/users/${name}/server`, { method: "DELETE" });
      const hasStopped = async (): Promise<boolean> => {
        const { servers } = (await (await authorized(`hub/api/users/${name}`)).json()) as { servers: object };
        return Object.keys(servers).length === 0;
      };
      await until(hasStopped, 30_000, `end of the server of "${user}"`);
    },
    run: (code, timeoutMilliseconds = 60_000) => runInKernel({ hubUrl, name, token }, code, timeoutMilliseconds),
  };
}

/** Waits for a condition, looking every 200 ms. */
export async function until(isSo: () => Promise<boolean>, milliseconds: number, what: string): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms for ${what}`);
    await wait(200);
  }
}

interface Kernel {
  readonly hubUrl: string;
  readonly name: string;
  readonly token: string;
}

interface KernelMessage {
  readonly msg_type: string;
  readonly parent_header: { readonly msg_id?: string };
  readonly content: { readonly text?: string; readonly evalue?: string; readonly execution_state?: string };
}

/** Speaks the Jupyter messaging protocol (version 5.3) over the server's websocket. */
async function runInKernel(
  { hubUrl, name, token }: Kernel,
  code: string,
  timeoutMilliseconds: number,
): Promise<string> {
  const headers = { authorization: `token ${token}` };
  const made = await fetch(`${hubUrl}user/${name}/api/kernels`, { method: "POST", headers });
  if (!made.ok) throw new Error(`no kernel: ${made.status} ${await made.text()}`);
  const { id } = (await made.json()) as { id: string };
  const address = `${hubUrl.replace(/^http/, "ws")}user/${name}/api/kernels/${id}/channels?token=${token}`;
  const socket = new WebSocket(address);
  try {
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error("the kernel's websocket failed")), { once: true });
    });
    return await execute(socket, code, timeoutMilliseconds);
  } finally {
    socket.close();
    await fetch(`${hubUrl}user/${name}/api/kernels/${id}`, { method: "DELETE", headers });
  }
}

function execute(socket: WebSocket, code: string, timeoutMilliseconds: number): Promise<string> {
  const id = crypto.randomUUID();
  const header = {
    msg_id: id,
    username: "",
    session: id,
    msg_type: "execute_request",
    version: "5.3",
    date: new Date().toISOString(),
  };
  const content = {
    code,
    silent: false,
    store_history: false,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(
      () => reject(new Error(`no answer in ${timeoutMilliseconds} ms; printed: ${printed}`)),
      timeoutMilliseconds,
    );
    socket.addEventListener("message", (event) => {
      const message = JSON.parse(String(event.data)) as KernelMessage;
      if (message.parent_header.msg_id !== id) return;
      if (message.msg_type === "stream") printed += message.content.text ?? "";
      if (message.msg_type === "error") reject(new Error(message.content.evalue));
      if (message.msg_type === "status" && message.content.execution_state === "idle") {
        clearTimeout(timer);
        resolve(printed);
      }
    });
    socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [] }));
  });
}
