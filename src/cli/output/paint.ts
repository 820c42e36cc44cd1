const styles = { green: 32, red: 31, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;

export type Paint = (style: keyof typeof styles, text: string) => string;

/** Colours, or none: status is always said in a word too. */
export function createPaint(colors: boolean): Paint {
  return (style, text) => (colors && text !== "" ? `\u001B[${styles[style]}m${text}\u001B[0m` : text);
}
