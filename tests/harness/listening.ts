import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server's address on this machine, and how it is ended, with whatever is still connected. */
export interface Listening {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Has a server listen at a free port of this machine. */
export async function listening(server: Server): Promise<Listening> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, close };
}
