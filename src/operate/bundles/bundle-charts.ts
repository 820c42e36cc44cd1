import pMap from "p-map";

import type { AskedChart } from "../../bundle/asked-charts.ts";
import type { BundleDocument } from "../../bundle/bundle-schema.ts";
import { fromUnknown } from "../../errors/from-unknown.ts";
import { HubfleetError, HubfleetErrors, type SourcePosition } from "../../errors/hubfleet-error.ts";
import type { Charts } from "../../ports/helm.ts";

/**
 * Charts by the digests of their archives. One that is written with its digest is taken at its word; of the others the
 * repository is asked, once for each version on this machine. Without any no repository is asked.
 * @throws HubfleetErrors with CHART_MISSING, CHART_UNREACHABLE and HELM_MISSING where versions are written
 */
export async function bundleCharts(
  asked: readonly AskedChart[],
  { charts, signal }: { readonly charts: () => Promise<Charts>; readonly signal: AbortSignal },
): Promise<BundleDocument["charts"]> {
  const found = await pMap(asked, async ({ key, origin, ...chart }) => {
    const { version, digest } = chart;
    if (digest !== undefined) return { key, version, digest };
    try {
      return { key, version, digest: (await (await charts()).fetch(chart, signal)).digest };
    } catch (thrown) {
      signal.throwIfAborted();
      return { key, errors: fromUnknown(thrown).map((error) => at(error, origin)) };
    }
  });
  const errors = found.flatMap((one) => ("errors" in one ? one.errors : []));
  if (errors.length > 0) throw new HubfleetErrors(errors);
  return Object.fromEntries(
    found.flatMap((one) => ("errors" in one ? [] : [[one.key, { version: one.version, digest: one.digest }]])),
  );
}

function at(error: HubfleetError, origin: string | undefined): HubfleetError {
  const place = origin === undefined ? undefined : placeOf(origin);
  if (place === undefined) return error;
  const { code, message, hint, retry, cause } = error;
  return new HubfleetError(code, { message, ...(hint === undefined ? {} : { hint }), retry, cause, at: place });
}

/** "platform.yaml:12:13" */
function placeOf(origin: string): SourcePosition | undefined {
  const [, path, line, column] = /^(.+):(\d+):(\d+)$/.exec(origin) ?? [];
  return path === undefined ? undefined : { path, line: Number(line), column: Number(column) };
}
