/** The type and digits of a public SSH key, without its options and comment; undefined where it is none. */
export function plainKey(text: string): string | undefined {
  const form = /(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?:\s|$)/;
  const [, type, digits] = form.exec(text) ?? [];
  return type === undefined || digits === undefined ? undefined : `${type} ${digits}`;
}
