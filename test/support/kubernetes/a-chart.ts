import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { RenderChart } from "../../../src/adapters/helm/helm-memory.ts";
import type { KubernetesObject } from "../../../src/ports/kubernetes.ts";
import { aCrd } from "./a-crd.ts";

/** A small chart that can fail in every way that counts. Its values: look, and what is to go wrong. */
export async function writeChart(root: string, version = "1.2.3"): Promise<string> {
  const directory = join(root, "look");
  for (const [name, content] of Object.entries(chartFiles(version))) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  return directory;
}

export function chartFiles(version: string): Readonly<Record<string, string>> {
  return {
    "Chart.yaml": JSON.stringify({ apiVersion: "v2", name: "look", version, appVersion: "7.1" }),
    "values.yaml": "look: plain\n",
    "values.schema.json": JSON.stringify({ type: "object", properties: { look: { type: "string" } } }),
    "crds/looks.yaml": `# of looks\n${JSON.stringify(lookDefinition)}\n---\n# nothing else\n`,
    "templates/look.yaml": `{{- if eq .Values.look "forbidden" }}{{ fail "this look is forbidden" }}{{ end -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-look
data:
  look: {{ .Values.look | quote }}
  namespace: {{ .Release.Namespace | quote }}
  kubernetes: {{ .Capabilities.KubeVersion.Version | quote }}
{{- if .Values.more }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Values.more }}
data: {}
{{- end }}
`,
  };
}

/** What lies in the chart's crds/. */
export const lookDefinition = aCrd([{ name: "v1", fields: ["colour"] }]);

/** The same chart as the twin has it. */
export const renderLook: RenderChart = ({ release, values, kubernetesVersion }) => {
  const { look = "plain", more } = values as { readonly look?: unknown; readonly more?: string };
  if (typeof look !== "string")
    throw new Error("values don't meet the specifications of the schema: look: got number, want string");
  if (look === "forbidden") throw new Error("this look is forbidden");
  const aMap = (name: string, data: Readonly<Record<string, string>>): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data,
  });
  return [
    aMap(`${release.name}-look`, { look, namespace: release.namespace, kubernetes: `v${kubernetesVersion}` }),
    ...(more === undefined ? [] : [aMap(more, {})]),
  ];
};
