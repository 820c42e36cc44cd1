/** A text without the names, passwords and tokens that its addresses hold. */
export function withoutLogin(text: string): string {
  return text.replaceAll(/(:\/\/)[^/@\s]+@/g, "$1");
}
