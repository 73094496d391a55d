import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { Readable, Transform, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

/** Longest time for a whole answer, and the most of one that is read. */
const answerTime = 15 * 60_000;
const answerBytes = 2 ** 31;
/** The most that anything unpacks to: a small file that unpacks without end fills no memory. */
const unpackedBytes = 2 ** 33;

/** Whether a source is to be fetched; anything else is a path. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source);
}

function limited(most: number, what: string): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > most) done(new Error(`${what} has more than ${String(most)} bytes`));
      else done(null, chunk);
    },
  });
}

/** Both fail with either: whoever reads the end hears of it. */
function through(from: Readable, to: Transform): Transform {
  return pipeline(from, to, () => undefined);
}

async function fetched(url: string): Promise<Readable> {
  const { hostname, protocol } = new URL(url);
  if (protocol !== "https:" && hostname !== "127.0.0.1") throw new Error(`${url}: only https is fetched`);
  const answer = await fetch(url, { signal: AbortSignal.timeout(answerTime) }).catch((error: unknown) => {
    // What Node says first is "fetch failed", and only then why.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${url} cannot be fetched: ${why}`, { cause: error });
  });
  if (!answer.ok || answer.body === null) throw new Error(`${url} answered ${String(answer.status)}`);
  return through(Readable.fromWeb(answer.body), limited(answerBytes, url));
}

/** Node unpacks no xz: the program of that name does, which tar needs for such files everywhere. */
function unxz(input: Readable, name: string): Readable {
  const xz = spawn("xz", ["--decompress", "--stdout"], { stdio: ["pipe", "pipe", "ignore"] });
  const output = xz.stdout;
  xz.on("error", (error) => {
    output.destroy(new Error(`${name} cannot be unpacked: xz is missing`, { cause: error }));
  });
  xz.on("close", (code) => {
    if (code !== 0) output.destroy(new Error(`${name} is no whole xz file`));
  });
  pipeline(input, xz.stdin, (error) => {
    if (error instanceof Error && error.code !== "EPIPE") output.destroy(error);
  });
  return output;
}

/**
 * Opens a file or an address, unpacked as its name says (`.gz`, `.tgz`, `.xz`).
 * @throws whatever the network or the file system says; the stream fails with what comes later, a bound among it
 */
export async function openSource(source: string): Promise<Readable> {
  const packed = isUrl(source) ? await fetched(source) : createReadStream(source);
  const name = isUrl(source) ? new URL(source).pathname : source;
  const unpacked = /\.(gz|tgz)$/.test(name)
    ? through(packed, createGunzip())
    : name.endsWith(".xz")
      ? unxz(packed, source)
      : packed;
  return through(unpacked, limited(unpackedBytes, source));
}

/** The whole of a source, unpacked. */
export async function bytesOf(source: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await openSource(source)) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
