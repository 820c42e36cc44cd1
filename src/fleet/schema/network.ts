import { z } from "zod";

import { optional, required } from "./key.ts";
import { name } from "./names.ts";

const annotations = z.record(z.string(), z.string());

const entryFacts = {
  description:
    "What leads from outside to the hub: load-balancer (one of the cloud's for this hub), node-port (a port of every node), ingress, http-route (Gateway API), or inside (nothing: you lead people to the service proxy-public yourself).",
  example: "ingress",
} as const;

const entry = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: required(z.literal("load-balancer"), entryFacts),
    annotations: optional(annotations, {
      description: "Annotations of the service, in the cloud's words.",
      default: {},
      example: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" },
    }),
  }),
  z.strictObject({
    kind: required(z.literal("node-port"), entryFacts),
    port: optional(z.number().int().min(1).max(65_535), {
      description: "Port on every node. Left out: the cluster chooses one.",
      unit: "port",
      example: 30_080,
    }),
  }),
  z.strictObject({
    kind: required(z.literal("ingress"), entryFacts),
    className: optional(name, { description: "Ingress class. Left out: the cluster's default one.", example: "nginx" }),
    annotations: optional(annotations, {
      description: "Annotations of the ingress, in its controller's words.",
      default: {},
      example: { "cert-manager.io/cluster-issuer": "letsencrypt" },
    }),
  }),
  z.strictObject({
    kind: required(z.literal("http-route"), entryFacts),
    gateway: required(name, { description: "Name of the Gateway.", example: "public" }),
    gatewayNamespace: optional(name, {
      description: "Namespace of the Gateway. Left out: the hub's own.",
      example: "gateways",
    }),
  }),
  z.strictObject({ kind: required(z.literal("inside"), entryFacts) }),
]);

const httpsFacts = {
  description:
    "Where HTTPS ends: letsencrypt (a certificate that the hub fetches itself), secret (one that a Secret of the hub's namespace holds), offload (in front of the hub), or off.",
  example: "letsencrypt",
} as const;

const https = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: required(z.literal("letsencrypt"), httpsFacts),
    email: required(z.email(), {
      description: "Where Let's Encrypt writes when a certificate is about to end.",
      example: "ops@example.org",
    }),
    server: optional(z.url({ protocol: /^https$/ }), {
      description: "Another ACME server, for example the one for trials.",
      example: "https://acme-staging-v02.api.letsencrypt.org/directory",
    }),
  }),
  z.strictObject({
    kind: required(z.literal("secret"), httpsFacts),
    name: required(name, {
      description: "Name of the Secret of type kubernetes.io/tls, with tls.crt and tls.key.",
      example: "hub-certificate",
    }),
  }),
  z.strictObject({ kind: required(z.literal("offload"), httpsFacts) }),
  z.strictObject({ kind: required(z.literal("off"), httpsFacts) }),
]);

/** How people come in, and what their servers may reach. */
export const networkSchema = z.strictObject({
  entry: optional(entry, {
    description: "What leads from outside to the hub. A layer that sets `entry` replaces it as a whole.",
    default: { kind: "load-balancer" },
    example: { kind: "ingress", className: "nginx" },
  }),
  https: optional(https, {
    description: "Where HTTPS ends. A layer that sets `https` replaces it as a whole.",
    default: { kind: "off" },
    example: { kind: "letsencrypt", email: "ops@example.org" },
  }),
  privateAddresses: optional(z.boolean(), {
    description: "Servers and Dask workers may reach private addresses, as those of databases in the cloud's network.",
    default: false,
  }),
});
