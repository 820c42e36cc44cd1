/** The name that an image's container has below a registry's address: "lab", and "lab-next" for the variant lab/next. */
export function containerName(image: string): string {
  return image.replace("/", "-");
}
