import { request as httpRequest } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

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
}

/** Logs in through the form of the login page. Rejects when the hub refuses. */
export async function logIn(hubUrl: string, user: string, password: string): Promise<HubSession> {
  const cookies = new Map<string, string>();
  const call = async (method: string, path: string, more: Omit<Call, "cookies"> = {}): Promise<Answer> => {
    const answer = await request(method, `${hubUrl}${path}`, { ...more, cookies });
    for (const line of answer.setCookies) {
      const [pair = ""] = line.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return answer;
  };

  await call("GET", "hub/login");
  const xsrf = cookies.get("_xsrf") ?? "";
  const answer = await call("POST", `hub/login?_xsrf=${encodeURIComponent(xsrf)}`, {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ username: user, password, _xsrf: xsrf }).toString(),
  });
  if (answer.status !== 302) throw new Error(`the hub refuses "${user}": ${answer.status}`);

  const made = await call("POST", `hub/api/users/${encodeURIComponent(user)}/tokens`, {
    headers: { "x-xsrftoken": cookies.get("_xsrf") ?? "", referer: `${hubUrl}hub/token` },
    body: JSON.stringify({ note: "test" }),
  });
  if (made.status >= 300) throw new Error(`no token for "${user}": ${made.status} ${made.text}`);
  const { token } = JSON.parse(made.text) as { token: string };
  return createSession(hubUrl, user, token);
}

interface Call {
  readonly cookies: ReadonlyMap<string, string>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly setCookies: readonly string[];
}

/** As a browser's navigation, which `fetch` cannot pretend to be: the hub gives its cookies to nothing else. */
function request(method: string, url: string, { cookies, headers, body }: Call): Promise<Answer> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      url,
      { method, headers: { ...headers, cookie, "sec-fetch-mode": "navigate" } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, text, setCookies: response.headers["set-cookie"] ?? [] });
        });
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}
function createSession(hubUrl: string, user: string, token: string): HubSession {
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
