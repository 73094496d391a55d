import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

/** A packed text may hold another one; more than a few layers are no accident and end in the length limit of inputs. */
const layers = 4;
const unpackedLimit = 1024 * 1024;

const base64 = /[A-Za-z0-9+/_-]{12,}={0,2}/g;
const hexadecimal = /(?:[0-9a-fA-F]{2}){8,}/g;
const percent = /(?:%[0-9a-fA-F]{2})/;
const escaped = /\\u[0-9a-fA-F]{4}/;

function unpacked(bytes: Buffer): readonly string[] {
  const texts = [bytes.toString("latin1"), bytes.toString("utf16le")];
  for (const unpack of [gunzipSync, inflateSync, inflateRawSync]) {
    try {
      texts.push(unpack(bytes, { maxOutputLength: unpackedLimit }).toString("latin1"));
    } catch {
      // Bytes that are not packed this way are what most bytes are.
    }
  }
  return texts;
}

function unescaped(text: string): readonly string[] {
  const plain: string[] = [];
  if (percent.test(text)) plain.push(text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, code: string) => fromCode(code)));
  if (escaped.test(text)) plain.push(text.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => fromCode(code)));
  return plain;
}

function fromCode(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}

function readings(text: string): readonly string[] {
  const encoded = (text.match(base64) ?? []).flatMap((part) => unpacked(Buffer.from(part, "base64")));
  const digits = (text.match(hexadecimal) ?? []).flatMap((part) => unpacked(Buffer.from(part, "hex")));
  return [...encoded, ...digits, ...unescaped(text)];
}

/**
 * Whether a text, or what base64, hexadecimal digits, compression or escapes in it hold, is of a kind; looked for
 * through several layers.
 */
export function holds(text: string, isFound: (text: string) => boolean, depth = layers): boolean {
  if (isFound(text)) return true;
  return depth > 0 && readings(text).some((each) => /[\x20-\x7e]{8}/.test(each) && holds(each, isFound, depth - 1));
}

/** Every text in a value, keys too. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)]);
}
