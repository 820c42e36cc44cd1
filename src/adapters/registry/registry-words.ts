/** What a registry says of a refusal: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
export interface RegistryWords {
  /** "DENIED", "NAME_UNKNOWN" */
  readonly codes: readonly string[];
  /** For people; short, on one line. */
  readonly text: string;
  readonly isFull: boolean;
}

const mostBytes = 64 * 1024;
const mostCharacters = 300;

/** Reads the beginning of an answer that refuses something. Never throws. */
export async function readWords(response: Response): Promise<RegistryWords> {
  const text = await beginning(response);
  const errors = parseErrors(text);
  const shown = errors.flatMap(({ message, detail }) => [message, textOf(detail)]);
  const words = oneLine([...new Set(shown.filter((one) => one !== "" && one !== "unknown error"))].join("; "));
  return { codes: errors.map(({ code }) => code), text: words, isFull: saysFull(text) };
}

interface RegistryProblem {
  readonly code: string;
  readonly message: string;
  readonly detail: unknown;
}

function parseErrors(text: string): readonly RegistryProblem[] {
  try {
    const { errors } = Object(JSON.parse(text)) as Record<string, unknown>;
    if (!Array.isArray(errors)) return [];
    return errors.map((one: unknown) => {
      const { code, message, detail } = Object(one) as Record<string, unknown>;
      return { code: textOf(code).toUpperCase(), message: textOf(message), detail };
    });
  } catch {
    // A page of a proxy; its markup helps nobody.
    return /^\s*</.test(text) || text.trim() === "" ? [] : [{ code: "", message: text, detail: undefined }];
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `"Err":28` is what docker-registry says of a full disk: the number of "no space left on device". */
function saysFull(text: string): boolean {
  return /no space left|disk (?:is )?full|quota|insufficient storage|storage (?:resource|limit)|"Err":28\b|exceeds? .*limit/i.test(
    text,
  );
}

function oneLine(text: string): string {
  const plain = text.replace(/[\p{C}\s]+/gu, " ").trim();
  return plain.length > mostCharacters ? `${plain.slice(0, mostCharacters)}…` : plain;
}

async function beginning(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= mostBytes) break;
    }
  } catch {
    // what came is enough
  }
  return Buffer.concat(chunks).toString("utf8");
}
