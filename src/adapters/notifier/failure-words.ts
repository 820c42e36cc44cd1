const mostCharacters = 200;

/** What a program or server said, in one line, without the secrets; "" when it said nothing that helps. */
export function failureWords(text: string, secrets: readonly string[]): string {
  // A page made for browsers helps nobody.
  const shown = /^\s*<(?:!doctype|html|\?xml)/i.test(text) ? "" : text;
  const plain = censored(shown, secrets)
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim();
  return plain.length > mostCharacters ? `${plain.slice(0, mostCharacters).toWellFormed()}…` : plain;
}

/** The longest first: one may be a part of another. */
function censored(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length > 3)
    .toSorted((one, other) => other.length - one.length)
    .reduce((left, secret) => left.replaceAll(secret, "[secret]"), text);
}
