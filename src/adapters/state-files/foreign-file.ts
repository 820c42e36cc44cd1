/** Why what others put somewhere is not read. */
export const notPlain = { refused: "it is no plain file" } as const;
export const tooLarge = { refused: "it is too large" } as const satisfies { readonly refused: string };
