import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

/** The parts of the checks' Python code that need no image, in the Python of this machine. */
const code = fileURLToPath(new URL("../../assets/python/hubfleet_image", import.meta.url));

function python(program: string, ...words: readonly unknown[]): unknown {
  const given = JSON.stringify(words);
  const text = `import json, sys\nsys.path.insert(0, sys.argv[1])\nwords = json.loads(sys.argv[2])\n${program}`;
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", text, code, given], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const modules = (files: readonly string[]): unknown =>
  python("from image_checks.distributions import modules_of\nprint(json.dumps(modules_of(words[0])))", files);

it.each<[string, readonly string[], readonly string[]]>([
  ["a package", ["numpy/__init__.py", "numpy/core/__init__.py", "numpy-2.dist-info/RECORD"], ["numpy"]],
  ["a single module", ["six.py", "six-1.dist-info/METADATA", "__pycache__/six.cpython-311.pyc"], ["six"]],
  ["an extension", ["_cffi_backend.cpython-311-x86_64-linux-gnu.so", "cffi/__init__.py"], ["cffi"]],
  ["a module that is private as a whole", ["_argon2.abi3.so"], ["_argon2"]],
  [
    "a namespace that others share",
    ["google/cloud/storage/__init__.py", "google/cloud/storage/blob.py"],
    ["google.cloud.storage"],
  ],
  ["tests beside a package, which are not meant", ["tests/__init__.py", "dask/__init__.py"], ["dask"]],
  ["stubs alone: nothing to import", ["yaml-stubs/__init__.pyi", "types_PyYAML-6.dist-info/METADATA"], []],
  ["a metapackage", ["jupyter-1.dist-info/METADATA"], []],
])("of %s, the modules are found", (_what, files, found) => {
  expect(modules(files)).toEqual(found);
});

it.each<[string, readonly string[], readonly string[]]>([
  ["dask-gateway-server", ["dask_gateway_server", "hatch_build"], ["hatch_build"]],
  ["matplotlib", ["matplotlib", "mpl_toolkits.mplot3d", "pylab"], ["mpl_toolkits.mplot3d", "pylab"]],
  ["beautifulsoup4", ["bs4"], []],
  ["PyYAML", ["_yaml", "yaml"], []],
])("of %s's modules, those beside the package need not import", (name, found, aside) => {
  const program = "from image_checks.imports import modules_aside\nprint(json.dumps(modules_aside(*words)))";

  expect(python(program, name, found)).toEqual(aside);
});

const pictures = `
import struct, zlib
from image_checks.png import decode, drawn_share
from image_checks.plot import judge
from image_checks.verdicts import Problem

def png(rows, kind):
    """Colours in rows of (r, g, b, a), each row filtered in one of PNG's ways."""
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    raw, before = b"", bytes(4 * len(rows[0]))
    for row in rows:
        line = bytes(channel for pixel in row for channel in pixel)
        filtered = bytearray()
        for index, value in enumerate(line):
            left = line[index - 4] if index >= 4 else 0
            up, corner = before[index], before[index - 4] if index >= 4 else 0
            guess = left + up - corner
            paeth = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            filtered.append((value - [0, left, up, (left + up) // 2, paeth][kind]) & 255)
        raw, before = raw + bytes([kind]) + bytes(filtered), line
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")

def picture(draw):
    return [[draw(column, row) for column in range(100)] for row in range(100)]

def judged(data):
    try:
        return judge(data, "it")
    except Problem as problem:
        return str(problem)

white = (255, 255, 255, 255)
def letters(column, row):
    return (0, 0, 0, 255) if row < 12 and column % 3 == 0 else white
def lines(column, row):
    return (column, row, 0, 255) if 20 < row < 80 and abs(column - row) < 2 else letters(column, row)
def frame(column, row):
    return (0, 0, 0, 255) if column in (15, 90) or row in (15, 85) else letters(column, row)
`;

it.each([0, 1, 2, 3, 4])("reads a PNG with rows filtered in the way %i", (kind) => {
  const program = `${pictures}
rows = [[((7 * column) & 255, (31 * row) & 255, (column * row) & 255, 255) for column in range(9)] for row in range(5)]
print(json.dumps(decode(png(rows, ${kind})).rows == rows))`;

  expect(python(program)).toBe(true);
});

it("tells a drawing from a blank picture, an empty frame, and one without letters", () => {
  const program = `${pictures}
without = lambda column, row: white if row < 16 else lines(column, row)
print(json.dumps([judged(png(picture(draw), 0)) for draw in (lines, lambda *_: white, frame, without)]))`;

  expect(python(program)).toEqual([
    expect.any(Number),
    "it: the picture is blank: 1 colours, 0.0% of the area drawn",
    "it: the picture is blank: 1 colours, 0.0% of the area drawn",
    "it: no letters are drawn: its title is blank",
  ]);
});

it("says what is no picture", () => {
  expect(python(`${pictures}\nprint(json.dumps(judged(b"<html>")))`)).toBe("it: it is no PNG");
});

it.each<[readonly string[], string]>([
  [["os.path", "os.sep"], "fine"],
  [["path", ".sep"], "fine"],
  [[], "completion of `os.` offers nothing"],
  [["hubfleet_sentinel_one", "os"], "completion of `os.` offers all globals (hubfleet_sentinel_one, os)"],
  [["os.print", "os.len", "os.path"], "completion of `os.` offers what is not in it: print, len"],
])("judges the completions %j", (found, words) => {
  const program = `
from image_checks.completion import judge
from image_checks.verdicts import Problem
try:
    judge("os.", words[0], {"path", "sep"})
    print(json.dumps("fine"))
except Problem as problem:
    print(json.dumps(str(problem)))`;

  expect(python(program, found)).toBe(words);
});
