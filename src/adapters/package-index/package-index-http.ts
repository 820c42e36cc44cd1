import { withoutLogin } from "../../image/diff/without-login.ts";
import type { PackageIndex, ProjectAnswer } from "../../ports/package-index.ts";
import { parseHtmlProject, parseJsonProject } from "./parse-project.ts";

export interface PackageIndexHttpProps {
  /** Of the index's simple API, or "offline"; looked up when the first project is asked for. */
  readonly address: () => Promise<string>;
  readonly timeoutMilliseconds?: number;
}

const accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/** The largest projects have some ten thousand files. */
const mostBytes = 100_000_000;

/** An index that speaks the simple API: as JSON (PEP 691), which knows sizes, or as HTML, as some mirrors still do. */
export function createPackageIndexHttp(props: PackageIndexHttpProps): PackageIndex {
  let address: Promise<string> | undefined;
  // An index that did not answer once is not waited for again by the same command.
  let failure: ProjectAnswer | undefined;
  return {
    async project(name, signal) {
      address ??= props.address();
      const base = await address;
      if (base === "offline") return { kind: "not-asked", because: "offline" };
      if (failure !== undefined) return failure;
      const answer = await ask(base, name, signal, props.timeoutMilliseconds ?? 15_000);
      if (answer.kind === "not-asked") failure = answer;
      return answer;
    },
  };
}

async function ask(base: string, name: string, signal: AbortSignal, milliseconds: number): Promise<ProjectAnswer> {
  const place = withoutLogin(base);
  try {
    const { url, headers } = request(base, name);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
    const response = await fetch(url, { headers, signal: limit });
    if (response.status === 404) return { kind: "unknown-project" };
    if (!response.ok) return notAsked(`${place} answered ${response.status}`);
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    const files = (isJson ? parseJsonProject : parseHtmlProject)(await readBounded(response));
    return files === undefined
      ? notAsked(`${place} answered something else than a project`)
      : { kind: "project", files };
  } catch (error) {
    signal.throwIfAborted();
    return notAsked(`${place} cannot be reached: ${withoutLogin(reason(error))}`);
  }
}

function request(base: string, name: string): { url: URL; headers: Record<string, string> } {
  const url = new URL(`${base.replace(/\/+$/, "")}/${name.toLowerCase().replaceAll(/[-_.]+/g, "-")}/`);
  const headers: Record<string, string> = { accept };
  if (url.username !== "") {
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers["authorization"] = `Basic ${Buffer.from(login).toString("base64")}`;
    [url.username, url.password] = ["", ""];
  }
  return { url, headers };
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error("it answers without an end");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function notAsked(because: string): ProjectAnswer {
  return { kind: "not-asked", because };
}

/** fetch says only "fetch failed"; what failed is in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
