import { request as httpRequest } from "node:http";

export interface Page {
  readonly status: number;
  readonly text: string;
  /** Where it was found, after redirects. */
  readonly url: string;
  /** Where it sends to, when it was not followed. */
  readonly location: string | undefined;
}

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * A browser without a screen: gives each cookie back to the host and the path that it was set for, whatever the port,
 * and asks as a navigation does, which `fetch` cannot pretend to be: the hub gives its cookies to nothing else.
 */
export interface Visitor {
  /** One request; a redirect is answered as it is. */
  request(method: string, url: string, sending?: Sending): Promise<Page>;
  /** Goes to a page and wherever it redirects to. */
  open(url: string): Promise<Page>;
  /** Sends a form of the hub, which wants its own `_xsrf` cookie back. */
  submit(url: string, fields: Readonly<Record<string, string>>): Promise<Page>;
  /** Value of a cookie that would be sent there. */
  cookie(url: string, name: string): string | undefined;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  readonly path: string;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 20;

export function createVisitor(): Visitor {
  let jar: readonly Cookie[] = [];
  const sentTo = ({ hostname, pathname }: URL): readonly Cookie[] =>
    jar.filter(({ host, path }) => host === hostname && reaches(path, pathname));
  const cookie = (url: string, name: string): string | undefined =>
    // The one with the longest path comes first, as browsers send them.
    sentTo(new URL(url))
      .filter((one) => one.name === name)
      .toSorted((one, other) => other.path.length - one.path.length)[0]?.value;

  const request: Visitor["request"] = async (method, url, { headers = {}, body } = {}) => {
    const address = new URL(url);
    const cookies = sentTo(address).map(({ name, value }) => `${name}=${value}`);
    const answer = await send(method, address, { headers: { ...headers, cookie: cookies.join("; ") }, body });
    for (const line of answer.setCookies) jar = store(jar, line, address);
    const { status, text, location } = answer;
    return { status, text, url, location: location === undefined ? undefined : new URL(location, url).href };
  };

  return {
    request,
    cookie,
    async open(url) {
      let page = await request("GET", url);
      for (let count = 0; redirects.has(page.status) && page.location !== undefined; count++) {
        if (count === mostRedirects) throw new Error(`${url} redirects for ever`);
        page = await request("GET", page.location);
      }
      return page;
    },
    submit(url, fields) {
      const token = cookie(url, "_xsrf") ?? "";
      return request("POST", `${url}?_xsrf=${encodeURIComponent(token)}`, {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ ...fields, _xsrf: token }).toString(),
      });
    },
  };
}

/** RFC 6265, 5.1.4. */
function reaches(cookiePath: string, path: string): boolean {
  if (!path.startsWith(cookiePath)) return false;
  return cookiePath.endsWith("/") || path.length === cookiePath.length || path[cookiePath.length] === "/";
}

function store(jar: readonly Cookie[], line: string, { hostname, pathname }: URL): readonly Cookie[] {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const attribute = (name: string): string | undefined =>
    attributes.find((one) => one.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const path = attribute("path") ?? pathname.slice(0, pathname.lastIndexOf("/") + 1);
  const name = pair.slice(0, pair.indexOf("="));
  const others = jar.filter((one) => !(one.name === name && one.host === hostname && one.path === path));
  const expires = attribute("expires");
  if (expires !== undefined && Date.parse(expires) < Date.now()) return others;
  return [...others, { name, value: pair.slice(pair.indexOf("=") + 1), host: hostname, path }];
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
  readonly setCookies: readonly string[];
}

function send(
  method: string,
  url: URL,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string | undefined },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers: { ...headers, "sec-fetch-mode": "navigate" } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString("utf8"),
          location: response.headers.location,
          setCookies: response.headers["set-cookie"] ?? [],
        }),
      );
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
