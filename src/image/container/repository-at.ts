import type { ImageRepository } from "./image-reference.ts";

/** Where an image is below the address of a registry: "registry.example.org/fleet" and "lab" are its fleet/lab. */
export function repositoryAt(address: string, name: string): ImageRepository {
  const [registry = "", ...path] = address.replace(/\/+$/, "").split("/");
  return { registry, repository: [...path, name].join("/") };
}
