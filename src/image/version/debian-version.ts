/**
 * Below zero when the first one is older, as dpkg orders versions: epoch, upstream version, revision. "~" comes before
 * everything, also before the end; letters come before other signs.
 */
export function compareDebianVersions(one: string, other: string): number {
  const [left, right] = [split(one), split(other)];
  return (
    left.epoch - right.epoch ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

function split(version: string): { epoch: number; upstream: string; revision: string } {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon === -1 ? 0 : Number(version.slice(0, colon)),
    upstream: dash === -1 ? rest : rest.slice(0, dash),
    revision: dash === -1 ? "" : rest.slice(dash + 1),
  };
}

/** Words and numbers by turns: "1.2~rc1" is "", 1, ".", 2, "~rc", 1. */
function compareParts(one: string, other: string): number {
  const [left, right] = [pieces(one), pieces(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [here, there] = [left[index], right[index]];
    const order =
      compareWords(here?.word ?? "", there?.word ?? "") || compareNumbers(here?.number ?? "", there?.number ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

function pieces(text: string): readonly { readonly word: string; readonly number: string }[] {
  return [...text.matchAll(/([^\d]*)(\d*)/g)]
    .filter(([all]) => all !== "")
    .map(([, word = "", number = ""]) => ({ word, number }));
}

function compareWords(one: string, other: string): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const order = weight(one[index]) - weight(other[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

function compareNumbers(one: string, other: string): number {
  const [left, right] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : Number(left > right);
}
