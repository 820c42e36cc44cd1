import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";

import type { MeasuredPair, MeasuredPairs } from "../../src/image/pair/pairs-page.ts";
import { pairImages } from "../../src/operate/image-check/pair/pair-images.ts";
import { aRealWorld } from "../support/a-real-world.ts";
import { listPythons, minorOf, smallImage, type TestPython } from "../support/small-images.ts";

/**
 * What differences between a notebook and its worker do, seen by running them: small images, each with one thing
 * different from the reference, on either side. `node test/bench/pairs.bench.ts --write` keeps what it saw, from which
 * docs/reference/pairs.md is made; with names of variants it measures only those again. Needs uv and the package index; Pythons that are not here are left out.
 */
/** Named by requirement; the reference has all of them. */
const reference = {
  dask: "dask[distributed]==2026.8.0",
  numpy: "numpy==2.4.6",
  pandas: "pandas==3.1.1",
  pyarrow: "pyarrow",
  cloudpickle: "cloudpickle==3.1.2",
  msgpack: "msgpack==1.2.4",
  lz4: "lz4",
  xarray: "xarray",
  scipy: "scipy",
  shapely: "shapely",
} as const satisfies Record<string, string>;
type Package = keyof typeof reference;

interface Variant {
  readonly name: string;
  readonly packages?: Partial<Record<Package, string | null>>;
  readonly more?: readonly string[];
  readonly python?: string;
}

const variants: readonly Variant[] = [
  { name: "the same" },
  {
    name: "Python 3.10",
    python: "3.10",
    packages: { xarray: null, scipy: "scipy<1.16", numpy: "numpy<2.3", pandas: "pandas<3", shapely: null },
  },
  { name: "Python 3.12", python: "3.12" },
  { name: "Python 3.13", python: "3.13" },
  { name: "another patch of Python", python: "patch" },
  { name: "dask 2026.7.1", packages: { dask: "dask[distributed]==2026.7.1" } },
  { name: "dask 2026.3.0", packages: { dask: "dask[distributed]==2026.3.0" } },
  { name: "dask 2026.1.2", packages: { dask: "dask[distributed]==2026.1.2" } },
  { name: "dask 2025.5.1", packages: { dask: "dask[distributed]==2025.5.1" } },
  { name: "dask 2024.8.0", packages: { dask: "dask[distributed]==2024.8.0", pandas: "pandas<3" } },
  { name: "cloudpickle 3.0.0", packages: { cloudpickle: "cloudpickle==3.0.0" } },
  { name: "msgpack 1.0.8", packages: { msgpack: "msgpack==1.0.8" } },
  { name: "tornado 6.4.2", more: ["tornado==6.4.2"] },
  { name: "toolz 0.12.1", more: ["toolz==0.12.1"] },
  { name: "no lz4", packages: { lz4: null } },
  { name: "numpy 2.3.5", packages: { numpy: "numpy==2.3.5" } },
  {
    name: "numpy 2.0.2",
    packages: { numpy: "numpy==2.0.2", scipy: "scipy<1.16", pandas: "pandas", xarray: "xarray", shapely: "shapely" },
  },
  {
    name: "numpy 1.26.4",
    packages: { numpy: "numpy==1.26.4", scipy: "scipy<1.16", pandas: "pandas", xarray: "xarray", shapely: "shapely" },
  },
  { name: "pandas 2.3.3", packages: { pandas: "pandas==2.3.3" } },
  { name: "pandas 2.2.3", packages: { pandas: "pandas==2.2.3" } },
  { name: "pyarrow 19", packages: { pyarrow: "pyarrow==19.*" } },
  { name: "xarray 2025.1", packages: { xarray: "xarray==2025.1.*", pandas: "pandas==3.1.1" } },
  { name: "scipy 1.14", packages: { scipy: "scipy==1.14.*", numpy: "numpy" } },
  { name: "shapely 2.0", packages: { shapely: "shapely==2.0.*" } },
  {
    name: "no numpy",
    packages: { numpy: null, pandas: null, xarray: null, scipy: null, shapely: null, pyarrow: null },
  },
  { name: "no pandas", packages: { pandas: null, xarray: null } },
  { name: "no pyarrow", packages: { pyarrow: null } },
  { name: "no xarray", packages: { xarray: null } },
];

/** A large transfer and a lost worker say nothing about versions that the others do not. */
const workflows = ["arrays", "dataframes", "futures", "functions", "exceptions", "pickles", "gateway"];

const chosen = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const pythons = await listPythons();
const base = pythons.find(({ version }) => minorOf(version) === "3.11") ?? pythons[0];
if (base === undefined) throw new Error("there is no Python from 3.10 on");
const stateRoot = await mkdtemp("/var/tmp/hubfleet-bench-pairs-");
await chmod(stateRoot, 0o755);
const world = aRealWorld({ stateRoot, isRoot: false });
const measured: MeasuredPair[] = [];
try {
  for (const variant of variants.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
    const python = pythonFor(variant, base);
    if (python === undefined) {
      console.log(`${variant.name}: not here`);
      continue;
    }
    await measure(variant, python, base);
  }
} finally {
  await rm(stateRoot, { recursive: true, force: true });
}
if (process.argv.includes("--write")) await write(base);

/** What was measured this time takes the place of what was measured before; the rest stays. */
async function write(own: TestPython): Promise<void> {
  const file = new URL("pairs.measured.json", import.meta.url);
  const before = await readFile(file, "utf8").then(
    (text) => (JSON.parse(text) as MeasuredPairs).measured, // written below
    () => [],
  );
  const key = ({ notebook, worker }: MeasuredPair): string => `${notebook} | ${worker}`;
  const all = new Map([...before, ...measured].map((one) => [key(one), one]));
  const order = variants.flatMap(({ name }) => [`reference | ${name}`, `${name} | reference`]);
  const sorted = order.flatMap((name) => all.get(name) ?? []);
  const date = new Date().toISOString().slice(0, 10);
  const document: MeasuredPairs = { date, reference: await referenceVersions(own), measured: sorted };
  await writeFile(file, `${JSON.stringify(document, undefined, 2)}\n`);
}

async function measure(variant: Variant, python: TestPython, own: TestPython): Promise<void> {
  const [standard, other] = [
    await smallImage("reference", own, requirementsOf({ name: "" })),
    await buildOther(variant, python),
  ];
  if (other === undefined) return;
  const directions =
    variant.name === "the same"
      ? [[standard, other] as const]
      : [[standard, other] as const, [other, standard] as const];
  for (const [notebook, worker] of directions) {
    const start = performance.now();
    const verdicts = await pairImages({ notebook, worker, evenIfRefused: true, only: workflows, seconds: 90 }, world, {
      report: () => undefined,
      signal: new AbortController().signal,
      again: true,
    });
    const words = (result: string): readonly string[] =>
      verdicts
        .filter((verdict) => verdict.result === result && verdict.check !== "pair/versions")
        // Without the cause: which pair it is says enough.
        .map(
          ({ check, summary }) =>
            `${check.replace("pair/", "")}: ${summary.replace(/: Python 3.*$|, and a graph .*$/, "")}`,
        );
    const entry = { notebook: notebook.name, worker: worker.name, failed: words("failed"), warned: words("warned") };
    measured.push(entry);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${notebook.name} | ${worker.name} | ${seconds} s`);
    console.log(verdicts.map(({ check, milliseconds }) => `${check.replace("pair/", "")} ${milliseconds}`).join(", "));
    for (const line of [...entry.failed, ...entry.warned.map((text) => `(warned) ${text}`)]) console.log(`    ${line}`);
  }
}

async function buildOther(
  variant: Variant,
  python: TestPython,
): Promise<Awaited<ReturnType<typeof smallImage>> | undefined> {
  try {
    return await smallImage(variant.name, python, requirementsOf(variant));
  } catch (error) {
    console.log(`${variant.name}: cannot be built: ${String(error).slice(0, 1500)}`);
    return undefined;
  }
}

function requirementsOf({ packages = {}, more = [] }: Variant): readonly string[] {
  return [...Object.values({ ...reference, ...packages }).filter((requirement) => requirement !== null), ...more];
}

function pythonFor({ python }: Variant, own: TestPython): TestPython | undefined {
  if (python === undefined) return own;
  if (python === "patch") return pythons.find((one) => one !== own && minorOf(one.version) === minorOf(own.version));
  return pythons.find(({ version }) => minorOf(version) === python);
}

async function referenceVersions(own: TestPython): Promise<string> {
  const { lock, python } = await smallImage("reference", own, requirementsOf({ name: "" }));
  return [
    `Python ${python}`,
    ...lock
      .trim()
      .split("\n")
      .map((line) => line.replace("==", " ")),
  ].join(", ");
}
