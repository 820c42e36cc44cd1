/** Reads the fields of SSH's formats, one after the other (RFC 4251, section 5). Throws RangeError where there are none left. */
export interface WireReader {
  byte(): number;
  uint32(): number;
  /** A string of SSH: bytes with their count before them. */
  bytes(): Buffer;
  /** The same, as text. */
  text(): string;
  /** Throws where something is left. */
  end(): void;
}

export function readWire(data: Uint8Array): WireReader {
  const buffer = Buffer.from(data);
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > buffer.length) throw new RangeError("it is cut short");
    const taken = buffer.subarray(at, at + count);
    at += count;
    return taken;
  };
  const uint32 = (): number => take(4).readUInt32BE();
  const bytes = (): Buffer => take(uint32());
  return {
    byte: () => take(1).readUInt8(),
    uint32,
    bytes,
    text: () => bytes().toString("latin1"),
    end: () => {
      if (at !== buffer.length) throw new RangeError("something follows it");
    },
  };
}

/** A string of SSH. */
export function wireString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(bytes.length);
  return Buffer.concat([count, bytes]);
}
