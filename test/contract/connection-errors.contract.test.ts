import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, it } from "vitest";

import { makeCertificate } from "../support/certificates.ts";
import { skipSuiteUnless, tool } from "../support/skip.ts";

const preload = fileURLToPath(new URL("../../assets/python/hubfleet_local/connection_errors.py", import.meta.url));

/**
 * Two connections of one thread, as a Dask scheduler has them. The other end of one goes away; the other is healthy, and
 * nothing has arrived on it. `pretended` does what Python does where it has the error: it leaves a failed write in the
 * thread's queue. Prints what a read of the healthy one says.
 */
const program = `
import ctypes, socket, ssl, struct, sys, threading, time
import _ssl

server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain("certificate.pem", "key.pem")
client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client.check_hostname, client.verify_mode = False, ssl.CERT_NONE

def pair():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = []
        connect = lambda: found.append(client.wrap_socket(socket.create_connection(listening.getsockname())))
        thread = threading.Thread(target=connect)
        thread.start()
        end = server.wrap_socket(listening.accept()[0], server_side=True)
        thread.join()
    end.setblocking(False)
    return end, found[0]

healthy, kept = pair()
kept.send(b"hello")
time.sleep(0.1)
healthy.recv(100)
broken, gone = pair()
gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
gone.close()
time.sleep(0.1)

if "pretended" in sys.argv:
    crypto, system, broken_pipe = ctypes.CDLL(_ssl.__file__), 2, 32
    def send(self, *arguments):
        crypto.ERR_new()
        crypto.ERR_set_error(system, broken_pipe, None)
        raise BrokenPipeError(broken_pipe, "Broken pipe")
    ssl.SSLSocket.send = send
if "preload" in sys.argv:
    exec(open(sys.argv[-1]).read())

failed = 0
for _ in range(3):
    try:
        broken.send(b"x" * 100)
    except OSError:
        failed += 1
try:
    print("read", healthy.recv(100))
except ssl.SSLWantReadError:
    print("nothing there yet" if failed else "no write failed")
except OSError as error:
    print("taken along:", type(error).__name__)
`;

function whyNot(): string {
  if (tool("python3") === undefined) return "python3 is not on PATH";
  try {
    execFileSync("python3", ["-c", "import _ssl, ctypes; ctypes.CDLL(_ssl.__file__).ERR_set_error"], {
      stdio: "ignore",
    });
    return "";
  } catch {
    return "the ssl of python3 is older than OpenSSL 3, or built into it";
  }
}

skipSuiteUnless(whyNot() === "", whyNot())("what Dask schedulers run at their start", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "hubfleet-connections-"));
    const [from, to] = [new Date(Date.now() - 86_400_000), new Date(Date.now() + 86_400_000)];
    const { certificate, key } = makeCertificate({ name: "localhost", from, to });
    writeFileSync(join(root, "certificate.pem"), certificate);
    writeFileSync(join(root, "key.pem"), key);
    writeFileSync(join(root, "connections.py"), program);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const run = (...words: readonly string[]): string =>
    execFileSync("python3", ["connections.py", ...words], { cwd: root, encoding: "utf8", timeout: 60_000 }).trim();

  it("is needed where a failed write stays in the thread's queue", () => {
    expect(run("pretended")).toMatch(/^taken along: /);
  });

  it("keeps a healthy connection when another one breaks", () => {
    expect(run("pretended", "preload", preload)).toBe("nothing there yet");
    expect(run("preload", preload)).toBe("nothing there yet");
  });
});
