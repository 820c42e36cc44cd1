/** A tag or the digits of a digest, whatever stands around it: quotes, colons, slashes. */
const word = /[A-Za-z0-9_][A-Za-z0-9_.-]*/g;

/**
 * Which of the words a text names. A digest of inputs names the content tag that it begins with, too. Rather too many
 * than too few: what is named is never removed.
 */
export function namedWords(text: string, words: ReadonlySet<string>): ReadonlySet<string> {
  const named = new Set<string>();
  const note = (candidate: string): void => void (words.has(candidate) && named.add(candidate));
  for (const [found] of text.matchAll(word)) {
    note(found);
    const bare = found.replace(/[.-]+$/, "");
    if (bare !== found) note(bare);
    if (/^[0-9a-f]{64}$/.test(bare)) {
      note(`sha256:${bare}`);
      note(bare.slice(0, 16));
    }
  }
  return named;
}
